// Reading any ZIP file is rejected or yields bounded pieces, never more than its bytes can expand
// to.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "services/playlist/sources/local/local_metadata.h"
#include "services/playlist/sources/local/posterpack.h"
#include "services/playlist/sources/local/zip_directory.h"

namespace marquee::playlist {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

OpenedFile FileOf(std::string_view bytes) {
  OpenedFile file;
  file.fd = UniqueFd(::memfd_create("posterpack", MFD_CLOEXEC));
  Check(file.fd.valid());
  Check(::write(file.fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  file.facts.size = bytes.size();
  return file;
}

void Run(std::string_view bytes) {
  const auto pack = Posterpack::Open(FileOf(bytes));
  if (!pack.ok()) {
    Check(pack.status().code() == absl::StatusCode::kFailedPrecondition);
    return;
  }
  for (const char* name :
       {"poster", "background", "clearlogo", "thumbnail", "banner", "trailer", "theme"}) {
    const auto entry = (*pack)->Find(name);
    (*pack)->WhyNot(name);
    if (!entry) continue;
    Check(entry->size <= MaxInflatedBytes(bytes.size()));
    uint64_t got = 0;
    const absl::Status read = (*pack)->Read(
        *entry, entry->size / 3, entry->size / 2, [] { return absl::OkStatus(); },
        [&got](std::string_view piece) {
          Check(piece.size() <= 64 * 1024);
          got += piece.size();
          return absl::OkStatus();
        });
    Check(got <= entry->size / 2);
    Check(!read.ok() || got == entry->size / 2);
  }
  if (const auto metadata = (*pack)->FindMetadata()) {
    const auto json = (*pack)->ReadHead(*metadata, kMaxMetadataBytes);
    if (json.ok()) (void)ParsePackMetadata(*json).ok();
  }
}

}  // namespace
}  // namespace marquee::playlist

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::playlist::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
