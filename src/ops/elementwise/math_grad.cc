// The gradients of Abs, Neg, Sqrt, Reciprocal, Exp and Log; those of steps are 0.
#include "ops/gradient/backward.h"

namespace mote {
namespace {

// 0 at 0.
void abs(Backward& b) { b.give(0, b.mul(b.grad(), b.add("Sign", {b.in(0)}))); }

void negate(Backward& b) { b.give(0, b.neg(b.grad())); }

// 1 / (2 y)
void sqrt(Backward& b) { b.give(0, b.div(b.grad(), b.add("Add", {b.out(0), b.out(0)}))); }

// -y y
void reciprocal(Backward& b) { b.give(0, b.neg(b.mul(b.grad(), b.mul(b.out(0), b.out(0))))); }

void exp(Backward& b) { b.give(0, b.mul(b.grad(), b.out(0))); }

void log(Backward& b) { b.give(0, b.div(b.grad(), b.in(0))); }

constexpr std::string_view kAbsSamples[] = {
    "(x: f64[2,3]) -> (y) { c: f64[] = {1.1} d = Sub(x, c) a = Abs(d) y = Mul(a, x) }",
};
constexpr std::string_view kNegSamples[] = {"(x: f64[3]) -> (y) { n = Neg(x) y = Mul(n, x) }"};
constexpr std::string_view kSqrtSamples[] = {"(x: f64[2,3]) -> (y) { y = Sqrt(x) }"};
constexpr std::string_view kReciprocalSamples[] = {"(x: f64[3]) -> (y) { y = Reciprocal(x) }"};
constexpr std::string_view kExpSamples[] = {"(x: f64[2,3]) -> (y) { y = Exp(x) }"};
constexpr std::string_view kLogSamples[] = {"(x: f64[2,3]) -> (y) { y = Log(x) }"};

}  // namespace

extern const OpGrad kGrad_Abs;
constinit const OpGrad kGrad_Abs = {.name = "Abs", .rule = abs, .samples = kAbsSamples};
extern const OpGrad kGrad_Neg;
constinit const OpGrad kGrad_Neg = {.name = "Neg", .rule = negate, .samples = kNegSamples};
extern const OpGrad kGrad_Sqrt;
constinit const OpGrad kGrad_Sqrt = {.name = "Sqrt", .rule = sqrt, .samples = kSqrtSamples};
extern const OpGrad kGrad_Reciprocal;
constinit const OpGrad kGrad_Reciprocal = {
    .name = "Reciprocal", .rule = reciprocal, .samples = kReciprocalSamples};
extern const OpGrad kGrad_Exp;
constinit const OpGrad kGrad_Exp = {.name = "Exp", .rule = exp, .samples = kExpSamples};
extern const OpGrad kGrad_Log;
constinit const OpGrad kGrad_Log = {.name = "Log", .rule = log, .samples = kLogSamples};

extern const OpGrad kGrad_Sign;
constinit const OpGrad kGrad_Sign = {.name = "Sign"};
extern const OpGrad kGrad_Ceil;
constinit const OpGrad kGrad_Ceil = {.name = "Ceil"};
extern const OpGrad kGrad_Floor;
constinit const OpGrad kGrad_Floor = {.name = "Floor"};
extern const OpGrad kGrad_Round;
constinit const OpGrad kGrad_Round = {.name = "Round"};

}  // namespace mote
