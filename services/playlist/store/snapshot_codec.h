// Encodes a snapshot as a file; FORMAT.md describes the format.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

std::string EncodeSnapshot(const Snapshot& snapshot);

// kDataLoss: truncated, modified, or of an unknown format; the message says which.
absl::StatusOr<std::shared_ptr<const Snapshot>> DecodeSnapshot(std::string_view bytes);

}  // namespace marquee::playlist
