// Examines one file of a folder: checks that it is what its name says and determines its
// contribution. Reads a few bytes of an image; of a pack, its directory, its metadata and a few
// bytes of the poster.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>

#include "services/playlist/sources/local/candidate.h"
#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/posterpack.h"
#include "services/playlist/sources/local/skip_reason.h"

namespace marquee::playlist {

struct Verdict {
  std::optional<Candidate> candidate;  // empty: skipped
  // Reason for skipping; with a candidate: the ignored part (kMetadata), or kNone.
  SkipReason reason = SkipReason::kNone;
  std::string detail;  // for the log; may be empty
};

// Thread-safe. `root` must outlive it.
class FileInspector {
 public:
  static constexpr uint64_t kMaxImageBytes = Posterpack::kMaxImageBytes;

  FileInspector(const LocalRoot& root, std::string source_name)
      : root_(root), source_name_(std::move(source_name)) {}

  // `sidecar`: path of the file's `.poster.json`; empty: none. A sidecar that cannot be read or
  // parsed is ignored.
  Verdict Inspect(const ScannedFile& file, const std::string& sidecar) const;

 private:
  Verdict InspectImage(const ScannedFile& file, const OpenedFile& opened) const;
  Verdict InspectPack(const ScannedFile& file, OpenedFile opened) const;
  absl::Status ReadSidecar(const std::string& path, Item* item) const;

  const LocalRoot& root_;
  const std::string source_name_;
};

}  // namespace marquee::playlist
