// Passes a transfer from an origin to a sink and enforces the limits of size and type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// For one transfer. `inner` must outlive it.
class GuardingSink final : public ArtworkSink {
 public:
  // max_bytes: for images; media is not limited.
  GuardingSink(ArtworkSink& inner, const ArtworkRequest& request, uint64_t max_bytes);

  // The header of an image is held back until enough bytes have arrived to detect its type.
  absl::Status OnHeader(const ArtworkHeader& header) override;
  absl::Status OnChunk(std::string_view bytes) override;
  // Call after the origin returned OK: sends the bytes that are still held back.
  absl::Status Finish();

  bool not_modified() const { return header_.not_modified; }
  uint64_t bytes() const { return bytes_; }

 private:
  absl::Status SendHeader();

  ArtworkSink& inner_;
  const bool image_;
  const bool header_only_;
  const uint64_t max_bytes_;
  ArtworkHeader header_;
  bool header_seen_ = false;
  bool header_sent_ = false;
  std::string head_;  // bytes held back with the header, fewer than kImageTypeBytes
  uint64_t bytes_ = 0;
};

}  // namespace marquee::playlist
