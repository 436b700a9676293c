// How the code hands on the Result of <mote/result.h>.
#pragma once
#include "mote/result.h"

// Returns the error of `expr` from this function, if it has one.
#define MOTE_TRY(expr)                                                   \
  do {                                                                   \
    if (auto mote_r = (expr); !mote_r) return std::move(mote_r).error(); \
  } while (false)

// MOTE_ASSIGN(auto shape, infer(node)): as MOTE_TRY, and moves the value into the declaration.
#define MOTE_ASSIGN(decl, expr) MOTE_ASSIGN_IMPL(decl, expr, MOTE_CAT(mote_r_, __COUNTER__))
#define MOTE_CAT2(a, b) a##b
#define MOTE_CAT(a, b) MOTE_CAT2(a, b)
#define MOTE_ASSIGN_IMPL(decl, expr, tmp)  \
  auto tmp = (expr);                       \
  if (!tmp) return std::move(tmp).error(); \
  decl = *std::move(tmp)
