// A posterpack: a ZIP with a poster and what belongs to it. Opening one reads its central
// directory only; nothing is inflated before it is asked for, and nothing is ever unpacked to
// disk.
#pragma once

#include <absl/functional/function_ref.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/playlist/sources/local/local_root.h"

namespace marquee::playlist {

// poster, background, clearlogo, thumbnail, banner, trailer, theme.
bool IsPackEntry(std::string_view entry);

// For one thread.
class Posterpack {
 public:
  struct Entry {
    uint64_t index = 0;  // within the archive
    std::string name;    // as the archive spells it
    uint64_t size = 0;   // bytes when inflated, as the directory claims
  };

  // What a pack may be; beyond it the file is refused as a whole.
  static constexpr uint64_t kMaxEntries = 4096;  // an export has a dozen, people/ a few hundred
  // A directory entry larger than this takes no part.
  static constexpr uint64_t kMaxImageBytes = uint64_t{64} << 20;

  // Takes the file over. kFailedPrecondition: not a ZIP, a damaged one, or one with too many
  // entries.
  static absl::StatusOr<std::unique_ptr<Posterpack>> Open(OpenedFile file);
  ~Posterpack();
  Posterpack(const Posterpack&) = delete;
  Posterpack& operator=(const Posterpack&) = delete;

  // The first file named `<entry>.<extension>` at any depth, without regard to case, extensions
  // tried in order: jpg jpeg png webp for pictures; mp4 mkv avi mov webm m4v for the trailer; mp3
  // flac wav ogg m4a aac for the theme. `thumbnail` is also found as `thumb`. Entries that are
  // empty, encrypted, packed in a way we do not know, or whose name is absolute or has a `..`
  // take no part; nor do pictures over kMaxImageBytes.
  std::optional<Entry> Find(std::string_view entry) const;
  // metadata.json, the one at the root if there are several.
  std::optional<Entry> FindMetadata() const;

  // Inflates bytes first…first+length-1 of an entry into `take`, at most 64 KiB a call, holding no
  // more than that. Ends early with what `take` returns if that is an error. kFailedPrecondition:
  // damaged, or it inflates to another size than the directory claims.
  absl::Status Read(const Entry& entry, uint64_t first, uint64_t length,
                    absl::FunctionRef<absl::Status(std::string_view)> take) const;
  // The first `max_bytes` of an entry.
  absl::StatusOr<std::string> ReadHead(const Entry& entry, uint64_t max_bytes) const;

 private:
  struct Archive;

  explicit Posterpack(std::unique_ptr<Archive> archive);

  std::unique_ptr<Archive> archive_;
  std::vector<Entry> entries_;  // those that may take part, in the archive's order
};

}  // namespace marquee::playlist
