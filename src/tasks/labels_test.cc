#include "tasks/labels.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/test_folder.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Labels, AreOneALine) {
  const auto labels = parse_labels("tench, Tinca tinca\r\n\n goldfish \n\n\n");
  ASSERT_TRUE(labels);
  EXPECT_THAT(*labels, ElementsAre("tench, Tinca tinca", "", "goldfish"));
}

TEST(Labels, AreNotEmpty) {
  for (const char* text : {"", "\n \n"}) {
    const auto labels = parse_labels(text);
    ASSERT_FALSE(labels);
    EXPECT_EQ(labels.error().code, Code::kCorrupt);
  }
}

TEST(Labels, AreText) { EXPECT_FALSE(parse_labels(std::string_view("a\0b", 3))); }

TEST(Labels, AreBounded) {
  const auto labels = parse_labels(std::string(1'000'001, '\n'));
  ASSERT_FALSE(labels);
  EXPECT_EQ(labels.error().code, Code::kCorrupt);
}

class LabelFiles : public testing::Test {
 protected:
  const TestFolder test_folder_;
  const std::filesystem::path folder_ = test_folder_.path();
  OutputDescription output_ = {
      .name = "logits", .kind = OutputKind::kClassScores, .activation = {}, .labels = "names.txt"};
};

TEST_F(LabelFiles, LieBesideTheDescription) {
  std::ofstream(folder_ / "names.txt") << "a\nb\n";
  const auto labels = read_labels(output_, folder_);
  ASSERT_TRUE(labels) << labels.error().message;
  EXPECT_THAT(*labels, ElementsAre("a", "b"));
}

TEST_F(LabelFiles, ThatAreMissingAreNamed) {
  const auto labels = read_labels(output_, folder_);
  ASSERT_FALSE(labels);
  EXPECT_EQ(labels.error().code, Code::kNotFound);
  EXPECT_THAT(labels.error().message, HasSubstr("labels of output 'logits'"));
  EXPECT_THAT(labels.error().message, HasSubstr("names.txt"));
}

TEST_F(LabelFiles, CannotLieElsewhere) {
  for (const char* hostile : {"../names.txt", "/etc/passwd", "a/../../names.txt"}) {
    output_.labels = hostile;
    EXPECT_FALSE(read_labels(output_, folder_)) << hostile;
  }
}

TEST_F(LabelFiles, MustMatchTheClasses) {
  EXPECT_TRUE(check_label_count(output_, {}, 10));
  EXPECT_TRUE(check_label_count(output_, {"a", "b"}, 2));
  const Status wrong = check_label_count(output_, {"a", "b"}, 3);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "output 'logits' has 3 classes, 'names.txt' has 2 labels");
}

}  // namespace
}  // namespace mote
