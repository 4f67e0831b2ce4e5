// Looks into one file of a folder: is it what its name says, and what does it contribute? Reads
// a dozen bytes of a picture; the directory, the metadata and a dozen bytes of the poster of a
// pack.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/playlist/sources/local/candidate.h"
#include "services/playlist/sources/local/folder_scanner.h"
#include "services/playlist/sources/local/local_root.h"
#include "services/playlist/sources/local/posterpack.h"

namespace marquee::playlist {

// Why a file does not become an item.
enum class SkipReason {
  kNone,
  kUnreadable,  // may not be read, or an I/O error
  kEmpty,       // zero bytes
  kTooLarge,    // a picture over FileInspector::kMaxImageBytes
  kNotAnImage,  // its first bytes are those of no picture we show
  kOutside,     // a link that leads out of the folder
  kName,        // a name that is not UTF-8, or has control characters
  kBrokenZip,
  kNoPoster,  // a posterpack without a usable poster
};
inline constexpr int kSkipReasons = 9;
// not_an_image, broken_zip, …: a metric label.
std::string_view NameOf(SkipReason reason);

struct Verdict {
  std::optional<Candidate> candidate;  // empty: skipped
  SkipReason reason = SkipReason::kNone;
  std::string detail;  // for the log; may be empty
};

// Thread-safe. `root` must outlive it.
class FileInspector {
 public:
  static constexpr uint64_t kMaxImageBytes = Posterpack::kMaxImageBytes;

  FileInspector(const LocalRoot& root, std::string source_name)
      : root_(root), source_name_(std::move(source_name)) {}

  // `sidecar`: path of the file's `.poster.json`; empty when there is none. A sidecar that cannot
  // be read or understood changes nothing.
  Verdict Inspect(const ScannedFile& file, const std::string& sidecar) const;

 private:
  Verdict InspectPicture(const ScannedFile& file, const OpenedFile& opened) const;
  Verdict InspectPack(const ScannedFile& file, OpenedFile opened) const;
  void ReadSidecar(const std::string& path, Item* item) const;

  const LocalRoot& root_;
  const std::string source_name_;
};

}  // namespace marquee::playlist
