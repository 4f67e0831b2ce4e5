// An ArtworkSink for tests that collects the transfer.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "services/playlist/sources/artwork_origin.h"

namespace marquee::playlist {

class CollectingSink final : public ArtworkSink {
 public:
  absl::Status OnHeader(const ArtworkHeader& sent) override {
    EXPECT_EQ(headers++, 0) << "one header";
    header = sent;
    return on_header;
  }
  absl::Status OnChunk(std::string_view chunk) override {
    EXPECT_EQ(headers, 1) << "the header comes first";
    EXPECT_FALSE(chunk.empty());
    largest_chunk = std::max(largest_chunk, chunk.size());
    bytes += chunk;
    return on_chunk;
  }

  ArtworkHeader header;
  std::string bytes;
  size_t largest_chunk = 0;
  int headers = 0;
  absl::Status on_header;  // status to return
  absl::Status on_chunk;
};

}  // namespace marquee::playlist
