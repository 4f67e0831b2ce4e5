// Stands between an origin and whoever reads, and lets through what the rules allow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

// For one transfer. `inner` must outlive it.
class GuardingSink final : public ArtworkSink {
 public:
  // max_bytes: of a picture; media is not bounded.
  GuardingSink(ArtworkSink& inner, const ArtworkRequest& request, uint64_t max_bytes);

  // The header of a picture is held back until enough bytes have come to tell what it is.
  absl::Status OnHeader(const ArtworkHeader& header) override;
  absl::Status OnChunk(std::string_view bytes) override;
  // After the origin has returned OK: sends what is still held back.
  absl::Status Finish();

  bool not_modified() const { return header_.not_modified; }
  uint64_t bytes() const { return bytes_; }

 private:
  absl::Status SendHeader();

  ArtworkSink& inner_;
  const bool picture_;
  const bool header_only_;
  const uint64_t max_bytes_;
  ArtworkHeader header_;
  bool header_seen_ = false;
  bool header_sent_ = false;
  std::string head_;  // bytes held back with the header, fewer than kImageTypeBytes
  uint64_t bytes_ = 0;
};

}  // namespace marquee::playlist
