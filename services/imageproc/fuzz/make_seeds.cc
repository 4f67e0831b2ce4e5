// make_seeds FOLDER: writes the seed corpora of the fuzzers to FOLDER/transform, /request and
// /entry.
#include <filesystem>
#include <fstream>
#include <vector>

#include "marquee/imageproc/v1/image_service.pb.h"
#include "services/imageproc/model/digest.h"
#include "services/imageproc/tiers/entry_format.h"
#include "services/imageproc/transform/test_images.h"
#include "services/imageproc/transform/vips_runtime.h"

namespace marquee::imageproc {
namespace {

namespace images = test_images;

void Write(const std::filesystem::path& folder, int number, std::string_view bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / ("seed" + std::to_string(number)), std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::string> Images() {
  std::vector<std::string> all;
  for (const images::JpegOptions& options :
       std::initializer_list<images::JpegOptions>{{},
                                                  {.progressive = true},
                                                  {.full_colour = true},
                                                  {.orientation = 6},
                                                  {.cmyk = true},
                                                  {.grey = true},
                                                  {.profile = "p3"}}) {
    all.push_back(images::MakeJpeg(160, 120, options));
    all.push_back(images::MakeJpeg(601, 899, options));
  }
  for (const images::PngOptions& options : std::initializer_list<images::PngOptions>{
           {}, {.alpha = true}, {.sixteen_bits = true}, {.interlaced = true}}) {
    all.push_back(images::MakePng(120, 90, options));
  }
  all.push_back(images::MakeWebp(300, 200));
  all.push_back(images::MakeAnimatedGif(40, 30, 1));
  all.push_back(images::MakeAnimatedGif(40, 30, 3));
  all.push_back(images::MakePngBomb(65'535, 65'535));
  all.push_back("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  all.push_back("%PDF-1.7");
  return all;
}

void WriteSeeds(const std::filesystem::path& folder) {
  int number = 0;
  for (const std::string& image : Images()) {
    for (const char choice : {'\0', '\5', '\16', '\55'}) {
      Write(folder / "transform", number++, choice + image);
    }
  }
  v1::GetImageRequest request;
  request.mutable_location()->mutable_source_path()->set_source("Den");
  request.mutable_location()->mutable_source_path()->set_path("/posters/a.jpg?v=1");
  request.mutable_transform()->set_width(600);
  request.mutable_transform()->set_height(900);
  request.mutable_transform()->set_device_pixel_ratio(2);
  request.mutable_transform()->set_background("#a0b0c0");
  Write(folder / "request", 0, request.SerializeAsString());
  request.mutable_location()->set_url("https://image.tmdb.org/t/p/a.jpg");
  Write(folder / "request", 1, request.SerializeAsString());
  const EntryDescription description{.key = "t2:600x900cq80.jpeg|3:Den2:/a0:2:v1",
                                     .created_at = absl::UnixEpoch(),
                                     .fresh_until = absl::InfiniteFuture(),
                                     .content_type = "image/jpeg",
                                     .etag = DigestOf("etag"),
                                     .original_digest = DigestOf("original"),
                                     .validator = "v1",
                                     .width_px = 600,
                                     .height_px = 900};
  Write(folder / "entry", 0,
        EncodeEntryHead(description, 4, DigestOf("body"), absl::UnixEpoch()) + "body");
}

}  // namespace
}  // namespace marquee::imageproc

int main(int argc, char** argv) {
  if (argc != 2 || !marquee::imageproc::StartVips().ok()) return 2;
  marquee::imageproc::WriteSeeds(argv[1]);
  return 0;
}
