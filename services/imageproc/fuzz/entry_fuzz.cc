// Decoding any file of the disk tier fails as damaged or returns exactly the data that was written.
#include <cstdint>
#include <cstdlib>

#include "services/imageproc/tiers/entry_format.h"

namespace marquee::imageproc {
namespace {

void Run(std::string_view file) {
  const absl::StatusOr<EntryHeader> header = DecodeEntryHead(file, file.size());
  if (!header.ok()) {
    if (header.status().code() != absl::StatusCode::kDataLoss) std::abort();
    return;
  }
  if (header->body_offset + header->body_bytes != file.size()) std::abort();
  const std::string again = EncodeEntryHead(header->description, header->body_bytes,
                                            header->body_digest, header->confirmed_at);
  if (!DecodeEntryHead(again + std::string(file.substr(header->body_offset)),
                       again.size() + header->body_bytes)
           .ok()) {
    std::abort();
  }
}

}  // namespace
}  // namespace marquee::imageproc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::imageproc::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
