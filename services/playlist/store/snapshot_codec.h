// A snapshot as the bytes of a file; the format is described in FORMAT.md beside this file.
#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

std::string EncodeSnapshot(const Snapshot& snapshot);

// kDataLoss: cut short, altered, or of a format this program does not know; the message says
// which.
absl::StatusOr<std::shared_ptr<const Snapshot>> DecodeSnapshot(std::string_view bytes);

}  // namespace marquee::playlist
