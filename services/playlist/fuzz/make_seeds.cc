// make_seeds FOLDER: writes the seed corpora of the fuzzers to FOLDER/posterpack, /name,
// /path and /fetch.
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marquee::playlist {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

void WriteArchive(const std::filesystem::path& path, const Entries& entries, bool stored) {
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : entries) {
    zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index),
                             stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  }
  zip_close(zip);
}

void Write(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "posterpack");
  std::filesystem::create_directories(folder / "name");
  std::filesystem::create_directories(folder / "path");
  std::filesystem::create_directories(folder / "fetch");
  const std::string jpeg = "\xFF\xD8\xFF\xE0" + std::string(500, 'x');
  const Entries pack = {{"Season 01/poster.jpg", jpeg},
                        {"poster.jpg", jpeg},
                        {"background.png", jpeg},
                        {"trailer.mp4", std::string(3000, 'v')},
                        {"metadata.json", "\xEF\xBB\xBF{\"title\":\"Alien\",\"year\":1979}"}};
  WriteArchive(folder / "posterpack/deflated", pack, false);
  WriteArchive(folder / "posterpack/stored", pack, true);
  WriteArchive(folder / "posterpack/windows", {{"Folder\\poster.jpg", jpeg}}, true);

  int number = 0;
  for (const std::string_view text :
       {"Alien (1979) {tmdb-348} [imdbid=tt0078748]", "Alien.1979.1080p.BluRay.x264-GROUP",
        "Lost (2004-2010) [tvdbid-73739]", "Show - S01E02-thumb", "Season 01", "fanart-2",
        "Ame\xCC\x81lie (2001)", "*.png\n!keep.png\nspecials/\n[a-z]?/**/x\n\\#1",
        "/a%2F..%5cb?x=%0a", "{\"title\":\"Am\xE9lie\",\"year\":\"2001\"}"}) {
    std::ofstream(folder / "name" / std::to_string(number++), std::ios::binary) << text;
  }
  for (const std::string_view text :
       {"/library/metadata/1/thumb/170", "/library/sections/1/composite/170",
        "/library/sections/all/refresh", "/library/parts/1/170/file.mp4",
        "/library/metadata/1/theme/170", "/library/metadata/%2e%2e/x",
        "http://10.0.0.5:32400/photo/:/transcode?width=1&url=%2Flibrary%2Fmetadata%2F1%2Fart%2F2",
        "/Items/1f2e/Images/Backdrop/0?tag=a&maxWidth=9", "/Videos/1f2e/stream?static=true",
        "/System/Shutdown", "/assets/romm/resources/roms/1/cover/big.png",
        "/api/raw/assets/a/../../users.png", "/t/p/w500/abc.jpg",
        "https://image.tmdb.org/t/p/w500/abc.jpg", "http://jellyfin.example/System/Info"}) {
    std::ofstream(folder / "path" / std::to_string(number++), std::ios::binary) << text;
    // With each source in turn; see fetch_fuzz.cc.
    for (const char source : {'\0', '\1', '\2', '\3', '\4'}) {
      std::ofstream(folder / "fetch" / std::to_string(number++), std::ios::binary)
          << source << text;
    }
  }
}

}  // namespace
}  // namespace marquee::playlist

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  marquee::playlist::Write(argv[1]);
  return 0;
}
