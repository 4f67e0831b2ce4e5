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
    uint64_t index = 0;     // within the archive
    std::string name = {};  // in UTF-8, with `/` between its parts, relative to the archive's root
    uint64_t size = 0;      // bytes when inflated, as the directory claims
    bool stored = false;    // not deflated
  };

  // What a pack may be; beyond it the file is refused as a whole.
  static constexpr uint64_t kMaxEntries = 4096;  // an export has a dozen, people/ a few hundred
  // A larger picture takes no part.
  static constexpr uint64_t kMaxImageBytes = uint64_t{64} << 20;
  // A larger entry that is deflated takes no part: a range of it is inflated from its beginning,
  // which at 300 MB a second is a second of processor time. Trailers hardly deflate, so that
  // programs that export them store them; what is stored is read from where the range begins.
  static constexpr uint64_t kMaxInflatedBytes = uint64_t{256} << 20;

  // Takes the file over. kFailedPrecondition: not a ZIP, a damaged one, or one with too many
  // entries.
  static absl::StatusOr<std::unique_ptr<Posterpack>> Open(OpenedFile file);
  ~Posterpack();
  Posterpack(const Posterpack&) = delete;
  Posterpack& operator=(const Posterpack&) = delete;

  // The file named `<entry>.<extension>` without regard to case: of several, one that belongs to no
  // season, then the one in the fewest folders, then by extension, then the first. Extensions in
  // order: jpg jpeg png webp, then the other ones of pictures that are shown; mp4 mkv avi mov webm
  // m4v for the trailer; mp3 flac wav ogg m4a aac for the theme. `thumbnail` is also found as
  // `thumb`. Names may be those that Windows writes (`Folder\poster.jpg`), begin with `./` or `/`
  // and be encoded as UTF-8 or CP437. Entries that are empty, encrypted, packed in a way we do not
  // know, larger than the limits above or than their bytes can make, below a system folder
  // (system_names.h), or whose name has a `..` or a drive letter take no part.
  std::optional<Entry> Find(std::string_view entry) const;
  // metadata.json, by the same order.
  std::optional<Entry> FindMetadata() const;
  // Why an entry that goes by that name takes no part: "poster.jpg is encrypted". Empty when there
  // is none.
  std::string WhyNot(std::string_view entry) const;

  // Inflates bytes first…first+length-1 of an entry into `take`, at most 64 KiB a call, holding no
  // more than that. Asks `proceed` before each piece, also of what comes before `first`, and ends
  // early with what it or `take` returns if that is an error. kFailedPrecondition: damaged, or it
  // inflates to another size than the directory claims.
  absl::Status Read(const Entry& entry, uint64_t first, uint64_t length,
                    absl::FunctionRef<absl::Status()> proceed,
                    absl::FunctionRef<absl::Status(std::string_view)> take) const;
  // The first `max_bytes` of an entry.
  absl::StatusOr<std::string> ReadHead(const Entry& entry, uint64_t max_bytes) const;

 private:
  struct Archive;
  struct Refused {
    std::string name;
    std::string_view why;
  };

  explicit Posterpack(std::unique_ptr<Archive> archive);

  std::unique_ptr<Archive> archive_;
  std::vector<Entry> entries_;    // those that may take part, in the archive's order
  std::vector<Refused> refused_;  // the others that are named as an entry is
};

}  // namespace marquee::playlist
