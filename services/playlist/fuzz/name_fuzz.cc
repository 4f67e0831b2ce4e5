// Parses a file name and an ignore file: titles, kinds of artwork, patterns, paths.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "libs/base/artwork_path.h"
#include "services/playlist/model/text.h"
#include "services/playlist/model/unicode.h"
#include "services/playlist/sources/local/artwork_names.h"
#include "services/playlist/sources/local/file_names.h"
#include "services/playlist/sources/local/file_types.h"
#include "services/playlist/sources/local/ignore_list.h"
#include "services/playlist/sources/local/local_metadata.h"
#include "services/playlist/sources/local/system_names.h"

namespace marquee::playlist {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void Run(std::string_view text) {
  const NamedTitle named = TitleOfName(text);
  Check(!named.slug.empty() && IsUtf8(named.title));
  Check(!named.year || (*named.year >= 1870 && *named.year <= 2100));
  Check(TitleOfName(Nfc(named.title)).slug == TitleOfName(named.title).slug);
  const ArtworkName artwork = ArtworkNameOf(text, [](std::string_view) { return true; });
  Check(artwork.base.size() <= text.size());
  IsSeasonFolder(text);
  IsSystemFile(text);
  IsSystemFolder(text);
  FormatNotShown(text);
  base::ArtworkPathFault(text);
  Check(IsUtf8(DecodeText(text)));

  // The first line is the path, the whole input the ignore list.
  const GlobPath path = GlobPathOf(text.substr(0, text.find('\n')), false);
  (void)IgnoreList::ParseGit(text).Decide(path, 0, true);
  (void)IgnoreList::ParsePlex(text).Decide(path, 0, false);
  (void)ParseSidecar(text).ok();
}

}  // namespace
}  // namespace marquee::playlist

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::playlist::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
