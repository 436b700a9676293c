#include "measure/csv.h"

#include <gmock/gmock.h>

namespace mote {
namespace {

using testing::ElementsAre;
using Fields = std::vector<std::string>;

std::vector<Fields> fields_of(std::string_view text) {
  const auto rows = parse_csv(text);
  EXPECT_TRUE(rows) << rows.error().message;
  std::vector<Fields> all;
  if (rows) {
    for (const CsvRow& row : *rows) all.push_back(row.fields);
  }
  return all;
}

TEST(Csv, SplitsLinesAndCommas) {
  EXPECT_THAT(fields_of("a,b\nc,,\n"), ElementsAre(Fields{"a", "b"}, Fields{"c", "", ""}));
  EXPECT_THAT(fields_of("a,b"), ElementsAre(Fields{"a", "b"}));
  EXPECT_TRUE(fields_of("").empty());
}

TEST(Csv, TakesLineEndsOfWindowsAndAByteOrderMark) {
  EXPECT_THAT(fields_of("\xef\xbb\xbf"
                        "a,b\r\nc,d\r\n"),
              ElementsAre(Fields{"a", "b"}, Fields{"c", "d"}));
}

TEST(Csv, ReadsQuotedFields) {
  EXPECT_THAT(fields_of("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\" , c\n"),
              ElementsAre(Fields{"a,b", "say \"hi\""}, Fields{"two\nlines", "c"}));
  EXPECT_THAT(fields_of("\"\",\"\""), ElementsAre(Fields{"", ""}));
}

TEST(Csv, LeavesOutEmptyLinesAndCountsThem) {
  const auto rows = parse_csv("\n\n a , b \n\n\"x\ny\",1\nc,d");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].line, 3U);
  EXPECT_THAT((*rows)[0].fields, ElementsAre("a", "b"));
  EXPECT_EQ((*rows)[1].line, 5U);
  EXPECT_EQ((*rows)[2].line, 7U);
}

TEST(Csv, RefusesOpenQuotesAndTextBehindThem) {
  const auto open = parse_csv("a,b\nc,\"d\n\n");
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().message, "line 2: a quote does not end");
  const auto behind = parse_csv("\"a\"b,c");
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().message, "line 1: text behind a quoted field");
}

TEST(Csv, IsBounded) {
  const auto rows = parse_csv(std::string(10'000'001, ','));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::kCorrupt);
}

TEST(CsvLine, IsReadBackAsItWas) {
  const std::vector<std::string> fields = {"plain",    "a,b",        "say \"so\"",
                                           " spaced ", "two\nlines", ""};
  const std::string line = csv_line(fields);
  EXPECT_EQ(line, "plain,\"a,b\",\"say \"\"so\"\"\",\" spaced \",\"two\nlines\",\n");
  const auto rows = parse_csv(line);
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].fields, fields);
}

}  // namespace
}  // namespace mote
