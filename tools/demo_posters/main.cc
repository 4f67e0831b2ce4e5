// marquee-demo-posters OUT_DIR: draws the demo library, which is shown without a configuration.
#include <cstdio>
#include <vips/vips8>

#include "tools/demo_posters/press.h"

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::fputs("usage: marquee-demo-posters OUT_DIR\n", stderr);
    return 2;
  }
  if (VIPS_INIT(argv[0]) != 0) {
    std::fputs("marquee-demo-posters: libvips cannot be initialised\n", stderr);
    return 1;
  }
  const absl::Status status = marquee::demo::PrintLibrary(argv[1]);
  vips_shutdown();
  if (!status.ok()) {
    fmt::print(stderr, "marquee-demo-posters: {}\n", status.ToString());
    return 1;
  }
  return 0;
}
