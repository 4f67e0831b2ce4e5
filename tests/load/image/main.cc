// image_load COMMAND ARGUMENTS…: see commands.h.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "libs/app/process_setup.h"
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
  namespace load = marquee::imageload;
  struct Command {
    int (*run)(load::Arguments);
    size_t least;
  };
  const std::map<std::string, Command> commands{
      {"source", {load::MakeSource, 3}},     {"reference", {load::MakeReference, 4}},
      {"psnr", {load::CompareImages, 2}},    {"bare", {load::RunBare, 6}},
      {"serve", {load::ServeArtwork, 1}},    {"ask", {load::AskForImages, 6}},
      {"flood", {load::FloodWithImages, 5}}, {"wall", {load::AskAsAWall, 7}},
      {"stalled", {load::StallReaders, 3}},  {"headers", {load::MutateHeaders, 2}},
      {"mutated", {load::WriteMutated, 3}},  {"each", {load::RequestEach, 3}}};
  const std::vector<std::string> arguments(argv + std::min(argc, 2), argv + argc);
  const auto found = commands.find(argc > 1 ? argv[1] : "");
  if (found == commands.end() || arguments.size() < found->second.least) {
    std::fprintf(stderr,
                 "usage: image_load COMMAND ARGUMENTS; see "
                 "tests/load/image/commands.h\n");
    return 2;
  }
  marquee::app::SetUpProcess();  // the same allocator settings as in the programs
  if (!marquee::imageproc::StartVips().ok()) return 1;
  return found->second.run(arguments);
}
