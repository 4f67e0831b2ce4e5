// A posterpack: a ZIP with a poster and related files. Opening one reads only its central
// directory; entries are decompressed only when read, and nothing is extracted to disk.
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

// True for poster, background, clearlogo, thumbnail, banner, trailer, theme.
bool IsPackEntry(std::string_view entry);

// Not thread-safe.
class Posterpack {
 public:
  struct Entry {
    uint64_t index = 0;     // within the archive
    std::string name = {};  // UTF-8 path relative to the root of the archive
    uint64_t size = 0;      // uncompressed size according to the directory
    bool stored = false;    // stored without compression
  };

  // Limits of a pack; a file that exceeds them is rejected as a whole.
  static constexpr uint64_t kMaxEntries = 4096;  // an export has a dozen, people/ a few hundred
  // Larger images are ignored.
  static constexpr uint64_t kMaxImageBytes = uint64_t{64} << 20;
  // Larger deflated entries are ignored: a range of one is decompressed from its beginning, which
  // at 300 MB per second takes a second of processor time. Trailers hardly compress, so exporting
  // programs store them; stored entries are read from the start of the range.
  static constexpr uint64_t kMaxInflatedBytes = uint64_t{256} << 20;

  // Takes ownership of the file. kFailedPrecondition: not a ZIP, damaged, or too many entries.
  static absl::StatusOr<std::unique_ptr<Posterpack>> Open(OpenedFile file);
  ~Posterpack();
  Posterpack(const Posterpack&) = delete;
  Posterpack& operator=(const Posterpack&) = delete;

  // Finds the file `<entry>.<extension>`, ignoring case. Of several, the preference is: outside of
  // seasons, then the fewest folders, then by extension, then the first. Extensions in order: jpg
  // jpeg png webp, then the other supported image formats; mp4 mkv avi mov webm m4v for the
  // trailer; mp3 flac wav ogg m4a aac for the theme. `thumbnail` is also found as `thumb`. Names
  // may use the form of Windows (`Folder\poster.jpg`), begin with `./` or `/`, and be encoded as
  // UTF-8 or CP437. Ignored are entries that are empty, encrypted, compressed with an unsupported
  // method, larger than the limits above or than their bytes can produce, below a system folder
  // (system_names.h), or whose name contains `..` or a drive letter.
  std::optional<Entry> Find(std::string_view entry) const;
  // Finds metadata.json, with the same preference.
  std::optional<Entry> FindMetadata() const;
  // Why an entry with that name cannot be used: "poster.jpg is encrypted". Empty: no such entry.
  std::string WhyNot(std::string_view entry) const;

  // Decompresses bytes first…first+length-1 of an entry to `take`, in pieces of at most 64 KiB,
  // without buffering more. Calls `proceed` before each piece, including those before `first`, and
  // ends with the error that it or `take` returns. kFailedPrecondition: damaged, or the size
  // differs from the directory.
  absl::Status Read(const Entry& entry, uint64_t first, uint64_t length,
                    absl::FunctionRef<absl::Status()> proceed,
                    absl::FunctionRef<absl::Status(std::string_view)> take) const;
  // Reads the first `max_bytes` of an entry.
  absl::StatusOr<std::string> ReadHead(const Entry& entry, uint64_t max_bytes) const;

 private:
  struct Archive;
  struct Refused {
    std::string name;
    std::string_view why;
  };

  explicit Posterpack(std::unique_ptr<Archive> archive);

  std::unique_ptr<Archive> archive_;
  std::vector<Entry> entries_;    // usable entries, in the order of the archive
  std::vector<Refused> refused_;  // unusable entries with the name of an entry
};

}  // namespace marquee::playlist
