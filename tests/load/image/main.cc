// image_load COMMAND ARGUMENTS…: see commands.h.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "services/imageproc/transform/vips_runtime.h"
#include "tests/load/image/commands.h"

namespace marquee::imageload {

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace marquee::imageload

int main(int argc, char** argv) {
  using namespace marquee::imageload;
  struct Command {
    int (*run)(Arguments);
    size_t least;
  };
  const std::map<std::string, Command> commands{
      {"source", {MakeSource, 3}},       {"reference", {MakeReference, 4}},
      {"psnr", {ComparePictures, 2}},    {"bare", {RunBare, 6}},
      {"serve", {ServeArtwork, 1}},      {"ask", {AskForPictures, 6}},
      {"flood", {FloodWithPictures, 5}}, {"wall", {AskAsAWall, 7}},
      {"stalled", {StallReaders, 3}}};
  const std::vector<std::string> arguments(argv + std::min(argc, 2), argv + argc);
  const auto found = commands.find(argc > 1 ? argv[1] : "");
  if (found == commands.end() || arguments.size() < found->second.least) {
    std::fprintf(stderr,
                 "usage: image_load COMMAND ARGUMENTS; see "
                 "tests/load/image/commands.h\n");
    return 2;
  }
  if (!marquee::imageproc::StartVips().ok()) return 1;
  return found->second.run(arguments);
}
