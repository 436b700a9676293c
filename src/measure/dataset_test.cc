#include "measure/dataset.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/test_folder.h"
#include "base/text.h"
#include "measure/npy.h"
#include "measure/test_zip.h"
#include "media/image.h"
#include "media/sound/test_wav.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

TensorInfo info(DType dtype, std::initializer_list<std::int64_t> shape) {
  TensorInfo i{"x", dtype, true, {}};
  for (const std::int64_t s : shape) i.shape.push_back({s, ""});
  return i;
}

const TensorInfo kPixel = info(DType::kF32, {-1, 1, 1, 1});

InputDescription grey_pixel() {
  InputDescription input;
  input.name = "x";
  input.kind = InputKind::kImage;
  input.image.color = ColorOrder::kGray;
  input.image.size = {1, 1};
  input.image.scale = 1.0F;
  return input;
}

class Datasets : public testing::Test {
 protected:
  void write(const fs::path& name, std::span<const std::byte> bytes) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream out(folder_ / name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
  void write(const fs::path& name, const std::string& text) {
    write(name, std::as_bytes(std::span(text)));
  }
  void write_pixel(const fs::path& name, std::uint8_t grey) {
    write(name, *encode_png({1, 1, 1, {grey}}));
  }
  void write_npz(const Tensor& x, const Tensor& y) {
    write("set.npz", make_zip({{"x.npy", *write_npy(x)}, {"y.npy", *write_npy(y), true}}));
  }

  std::unique_ptr<Dataset> open(const fs::path& name, std::vector<std::string> labels = {}) {
    auto data = open_dataset(folder_ / name, labels);
    EXPECT_TRUE(data) << data.error().message;
    return data ? *std::move(data) : nullptr;
  }
  std::string error_of(const fs::path& name, std::vector<std::string> labels = {}) {
    const auto data = open_dataset(folder_ / name, labels);
    EXPECT_FALSE(data);
    return data ? "" : data.error().message;
  }

  const TestFolder test_folder_;
  const fs::path folder_ = test_folder_.path();
};

// The sample's only number.
float number_of(const Dataset& data, std::size_t i) {
  const auto tensor = data.load(i, grey_pixel(), kPixel);
  EXPECT_TRUE(tensor) << tensor.error().message;
  return tensor ? tensor->values<float>()[0] : -1.0F;
}

std::vector<std::int64_t> classes_of(const Dataset& data) {
  std::vector<std::int64_t> classes;
  for (std::size_t i = 0; i < data.size(); ++i) classes.push_back(data.class_of(i));
  return classes;
}

TEST_F(Datasets, OfFoldersCountClassesByName) {
  write_pixel("b/2.png", 20);
  write_pixel("a/9.PNG", 90);
  write_pixel("a/10.png", 100);
  write_pixel(".hidden/1.png", 1);
  write("a/notes.txt", "no image");
  write("readme.md", "no class");
  const auto data = open("");
  ASSERT_TRUE(data);
  EXPECT_THAT(classes_of(*data), ElementsAre(0, 0, 1));
  EXPECT_EQ(data->name_of(0), "a/10.png");
  EXPECT_EQ(number_of(*data, 0), 100.0F);
  EXPECT_EQ(number_of(*data, 2), 20.0F);
  EXPECT_THAT(data->class_names(), ElementsAre("a", "b"));
}

TEST_F(Datasets, OfFoldersGoByLabelsWhereAllAreNamed) {
  write_pixel("cat/1.png", 1);
  write_pixel("dog/1.png", 1);
  EXPECT_THAT(classes_of(*open("", {"dog", "cow", "cat"})), ElementsAre(2, 0));
  EXPECT_EQ(open("", {"dog", "cow", "cat"})->note(), "");
  EXPECT_THAT(error_of("", {"dog", "cow"}),
              HasSubstr("subfolder 'cat' is none of the labels, as 'dog' is"));
}

TEST_F(Datasets, OfFoldersWithoutLabelsGoByNumbersWhereAllAre) {
  write_pixel("10/1.png", 1);
  write_pixel("2/1.png", 1);
  fs::create_directories(folder_ / "__MACOSX");
  write("notes/readme.txt", "no image");
  EXPECT_THAT(classes_of(*open("")), ElementsAre(10, 2));
  EXPECT_EQ(open("")->note(), "");
  EXPECT_THAT(classes_of(*open("", {"cat", "dog"})), ElementsAre(10, 2));
}

TEST_F(Datasets, OfFoldersTellThatTheyGoByTheOrderOfNames) {
  for (const char* name : {"2", "cow", "dog", "n/o"}) write_pixel(cat(name, "/1.png"), 1);
  EXPECT_THAT(classes_of(*open("", {"x", "y"})), ElementsAre(0, 1, 2));
  EXPECT_EQ(open("")->note(),
            "classes are the subfolders in the order of their names: 0 is '2', 1 is 'cow', 2 is "
            "'dog'");
}

TEST_F(Datasets, OfBareElementsAreListedAsMlperfTinyDoes) {
  write("one.bin", std::string("\x53\x55"));
  write("short.bin", "1");
  write("y_labels.csv", "one.bin,12,7\nshort.bin,12,0\n");
  const auto data = open("");
  ASSERT_TRUE(data);
  EXPECT_THAT(classes_of(*data), ElementsAre(7, 0));
  InputDescription input;
  const TensorInfo integers{"x", DType::kS8, true, {{1, ""}, {2, ""}}, ""};
  EXPECT_THAT(data->load(0, input, integers)->values<std::int8_t>(), ElementsAre(83, 85));
  const TensorInfo floats{"x", DType::kF32, true, {{-1, ""}, {2, ""}}, ""};
  input.raw = RawRule{RawType::kS8, QuantizationRule{0.5F, 83}};
  EXPECT_THAT(data->load(0, input, floats)->values<float>(), ElementsAre(0, 1));
  const auto error = data->load(1, input, floats);
  ASSERT_FALSE(error);
  EXPECT_THAT(error.error().message, HasSubstr("short.bin: it has 1 bytes; s8[1,2] has 2"));
  const TensorInfo open_size{"x", DType::kF32, true, {{1, ""}, {-1, ""}}, ""};
  EXPECT_THAT(data->load(0, input, open_size).error().message, HasSubstr("need known sizes"));
}

TEST_F(Datasets, OfSoundBecomeItsFeatures) {
  std::string wave;
  for (int i = 0; i < 8'000; ++i) wave += little_endian(i % 16 < 8 ? 8'000 : 57'536, 2);
  write("no/1.wav", make_wav({.rate = 8'000}, wave));
  write("yes/1.WAV", make_wav({.rate = 16'000}, wave));
  const auto data = open("", {"yes", "no"});
  ASSERT_TRUE(data);
  EXPECT_THAT(classes_of(*data), ElementsAre(1, 0));
  InputDescription input;
  input.kind = InputKind::kAudioFeatures;
  const TensorInfo map{"x", DType::kF32, true, {{1, ""}, {49, ""}, {10, ""}, {1, ""}}, ""};
  const auto slow = data->load(0, input, map);
  ASSERT_TRUE(slow) << slow.error().message;
  EXPECT_EQ(slow->dims(), (Dims{1, 49, 10, 1}));
  const auto fast = data->load(1, input, map);
  ASSERT_TRUE(fast) << fast.error().message;
  // Half a second, then silence; the other lasts the whole second.
  EXPECT_NEAR(fast->values<float>()[480], -123.57, 0.01);
  EXPECT_GT(slow->values<float>()[480], -60);
  input.audio_features.clip = 0;
  EXPECT_FALSE(data->load(1, input, map));  // too few frames
  input.kind = InputKind::kTensor;
  EXPECT_THAT(data->load(1, input, map).error().message, HasSubstr("does not take input"));
}

TEST_F(Datasets, StayWithinTheirMemory) {
  write("set.npz", make_zip({{"x.npy", *write_npy(*Tensor::zeros(DType::kF32, {1, 1 << 20})), true},
                             {"y.npy", *write_npy(Tensor::of<std::int64_t>({1}, {0}))}}));
  const auto bomb = open_dataset(folder_ / "set.npz", {}, 1 << 20);
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, Code::kResourceExhausted);
  write("a/1.png", *encode_png({1000, 1000, 1, std::vector<std::uint8_t>(1'000'000)}));
  const auto images = open_dataset(folder_, {}, 1 << 20);
  ASSERT_TRUE(images);
  const auto image = (*images)->load(0, grey_pixel(), kPixel);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, Code::kResourceExhausted);
  EXPECT_EQ(open_dataset(folder_, {}).operator*()->load(0, grey_pixel(), kPixel)->count(), 1);
}

TEST_F(Datasets, WithAListReadNumbersAndLabels) {
  write("labels.csv", "note,Class,file\n\"a, b\",1,p.png\n,dog,\"sub/q.png\"\n");
  write_pixel("p.png", 5);
  write_pixel("sub/q.png", 6);
  const auto data = open("", {"cat", "cow", "dog"});
  ASSERT_TRUE(data);
  EXPECT_THAT(classes_of(*data), ElementsAre(1, 2));
  EXPECT_EQ(number_of(*data, 0), 5.0F);
  EXPECT_EQ(number_of(*data, 1), 6.0F);
}

TEST_F(Datasets, WithAListNeedNoHeader) {
  write("labels.csv", "p.png,3\nq.png,0,extra\n");
  EXPECT_THAT(classes_of(*open("")), ElementsAre(3, 0));
}

TEST_F(Datasets, WithAListNameTheLineThatIsWrong) {
  write("labels.csv", "file,class\np.png,0\n\nq.png,dogg\n");
  EXPECT_THAT(
      error_of("", {"cat", "dog"}),
      HasSubstr("labels.csv: line 4: class 'dogg' is none of the labels; did you mean 'dog'?"));
  EXPECT_THAT(error_of(""), HasSubstr("class 'dogg' is a name, and the model has no labels"));
  write("labels.csv", "p.png\n");
  EXPECT_THAT(error_of(""), HasSubstr("line 1: it has 1 fields"));
  write("labels.csv", "p.png,-1\n");
  EXPECT_THAT(error_of(""), HasSubstr("class -1 is negative"));
  write("labels.csv", "p.png,99999999999999999999\n");
  EXPECT_THAT(error_of(""), HasSubstr("line 1"));
  write("labels.csv", "file,class\n");
  EXPECT_THAT(error_of(""), HasSubstr("it lists no files"));
  write("labels.csv", "");
  EXPECT_THAT(error_of(""), HasSubstr("it lists no files"));
}

TEST_F(Datasets, WithAListStayInTheirFolder) {
  for (const char* file : {"../p.png", "/etc/passwd", "a/../../p.png", ""}) {
    write("labels.csv", cat("file,class\n", file, ",0\n"));
    EXPECT_THAT(error_of(""), HasSubstr("does not lie beneath the folder")) << file;
  }
}

TEST_F(Datasets, NameTheImageThatIsBad) {
  write_pixel("a/1.png", 1);
  write("a/2.png", "no image");
  write("labels.csv", "a/2.png,0\na/3.png,0\n");
  const auto data = open("");
  ASSERT_TRUE(data);
  const auto bad = data->load(0, grey_pixel(), kPixel);
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().message, HasSubstr((folder_ / "a/2.png").string()));
  const auto missing = data->load(1, grey_pixel(), kPixel);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(missing.error().message,
            cat((folder_ / "a/3.png").string(), ": No such file or directory"));
}

TEST_F(Datasets, OfImagesNeedAnImageInput) {
  write_pixel("a/1.png", 1);
  InputDescription input;
  input.name = "x";
  const auto tensor = open("")->load(0, input, kPixel);
  ASSERT_FALSE(tensor);
  EXPECT_EQ(tensor.error().code, Code::kInvalidArgument);
}

TEST_F(Datasets, ThatAreNoneAreNamed) {
  EXPECT_THAT(error_of("nowhere"), HasSubstr("there is no data set"));
  write("data.csv", "a,b");
  EXPECT_THAT(error_of("data.csv"), HasSubstr("neither a folder nor an .npz"));
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(error_of("empty"), HasSubstr("neither a labels.csv nor a subfolder"));
}

TEST_F(Datasets, OfArraysGiveEachRow) {
  write_npz(Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6}),
            Tensor::of<std::int32_t>({3}, {2, 0, 1}));
  const auto data = open("set.npz");
  ASSERT_TRUE(data);
  EXPECT_THAT(classes_of(*data), ElementsAre(2, 0, 1));
  const auto row = data->load(1, {}, info(DType::kF32, {-1, 2}));
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_EQ(row->dims(), (Dims{1, 2}));
  EXPECT_THAT(row->values<float>(), ElementsAre(3, 4));
}

TEST_F(Datasets, OfDoublesBecomeFloats) {
  write_npz(Tensor::of<double>({1, 2}, {0.1, 2}), Tensor::of<std::uint8_t>({1, 1}, {4}));
  const auto row = open("set.npz")->load(0, {}, info(DType::kF32, {1, -1}));
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_THAT(row->values<float>(), ElementsAre(0.1F, 2.0F));
}

TEST_F(Datasets, OfPixelsGoTheWayOfImages) {
  InputDescription input = grey_pixel();
  input.image.size = {1, 2};
  input.image.color = ColorOrder::kRgb;
  const TensorInfo rgb = info(DType::kF32, {-1, 3, 1, 2});
  const Tensor y = Tensor::of<std::uint8_t>({1}, {0});
  const auto row_of = [&](const Tensor& x) {
    write_npz(x, y);
    const auto row = open("set.npz")->load(0, input, rgb);
    EXPECT_TRUE(row) << row.error().message;
    return row ? std::vector(row->values<float>().begin(), row->values<float>().end())
               : std::vector<float>();
  };
  EXPECT_THAT(row_of(Tensor::of<std::uint8_t>({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6})),
              ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(row_of(Tensor::of<std::uint8_t>({1, 3, 1, 2}, {1, 4, 2, 5, 3, 6})),
              ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(row_of(Tensor::of<std::uint8_t>({1, 1, 2}, {7, 8})), ElementsAre(7, 8, 7, 8, 7, 8));
}

TEST_F(Datasets, OfArraysNameWhatDoesNotFit) {
  const Tensor y = Tensor::of<std::int64_t>({2}, {0, 1});
  write_npz(Tensor::of<float>({3, 1}, {1, 2, 3}), y);
  EXPECT_THAT(error_of("set.npz"), HasSubstr("x has shape [3,1] and y [2]"));
  write_npz(Tensor::of<float>({2, 1}, {1, 2}), Tensor::of<float>({2}, {0, 1}));
  EXPECT_THAT(error_of("set.npz"), HasSubstr("y has type f32"));
  write_npz(Tensor::of<float>({2, 1}, {1, 2}), Tensor::of<std::int64_t>({2}, {0, -1}));
  EXPECT_THAT(error_of("set.npz"), HasSubstr("y[1] is -1"));
  const std::uint64_t most = ~std::uint64_t{0};
  write_npz(Tensor::of<float>({2, 1}, {1, 2}), Tensor::of<std::uint64_t>({2}, {0, most}));
  EXPECT_THAT(error_of("set.npz"), HasSubstr("y[1] is 18446744073709551615, no class"));
  write_npz(Tensor::of<float>({2, 1}, {1, 2}), y);
  const auto row = open("set.npz")->load(1, grey_pixel(), info(DType::kF32, {-1, 3}));
  ASSERT_FALSE(row);
  EXPECT_THAT(row.error().message, HasSubstr("x[1]: x has f32[2,1], which input 'x' (f32)"));
  write("set.npz", make_zip({{"x.npy", *write_npy(y)}}));
  EXPECT_THAT(error_of("set.npz"), HasSubstr("set.npz: there is no array 'y'; there are: x"));
}

TEST_F(Datasets, GiveTheFirstOfEachClass) {
  write_npz(Tensor::of<float>({6, 1}, {0, 1, 2, 3, 4, 5}),
            Tensor::of<std::int64_t>({6}, {1, 0, 1, 1, 0, 1}));
  const auto data = open("set.npz");
  EXPECT_THAT(samples_of_each_class(*data, 2), ElementsAre(0, 1, 2, 4));
  EXPECT_THAT(samples_of_each_class(*data, 1, 1), ElementsAre(2, 4));
  EXPECT_THAT(samples_of_each_class(*data, 0, 2), ElementsAre(3, 5));
  EXPECT_EQ(samples_of_each_class(*data, 0).size(), 6U);
}

// A PNG of the example, prepared as its description says, equals its row of the arrays.
TEST(ExampleData, IsTheSameAsImagesAndAsArrays) {
  InputDescription input;
  input.kind = InputKind::kImage;
  input.image.color = ColorOrder::kGray;
  input.image.size = {8, 8};
  input.image.resize.to = ResizeRule::To::kShortSide;
  input.image.resize.short_side = 8;
  input.image.crop.kind = CropRule::Kind::kCenter;
  const TensorInfo x = info(DType::kF32, {-1, 1, 8, 8});
  const auto images = open_dataset("examples/digits/images", {});
  const auto arrays = open_dataset("examples/digits/holdout.npz", {});
  ASSERT_TRUE(images) << images.error().message;
  ASSERT_TRUE(arrays) << arrays.error().message;
  for (std::size_t i = 0; i < (*images)->size(); ++i) {
    const auto image = (*images)->load(i, input, x);
    ASSERT_TRUE(image) << image.error().message;
    bool found = false;
    for (std::size_t j = 0; j < (*arrays)->size() && !found; ++j) {
      found = (*arrays)->class_of(j) == (*images)->class_of(i) &&
              equal(*(*arrays)->load(j, input, x), *image);
    }
    EXPECT_TRUE(found) << (*images)->name_of(i);
  }
}

}  // namespace
}  // namespace mote
