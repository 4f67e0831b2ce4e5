// What one file contributes to the playlist, and how several that mean the same title become one
// item.
#pragma once

#include <string>
#include <vector>

#include "services/playlist/model/item.h"
#include "services/playlist/sources/local/folder_scanner.h"

namespace marquee::playlist {

struct Candidate {
  Item item;         // descriptive fields and artwork; no key or id yet
  std::string slug;  // what titles are told apart by
  std::string path;  // relative to the root
  FileRole role = FileRole::kPoster;
  int rank = 0;  // as ScannedFile::rank
};

// One item per title. Candidates with one slug are merged, unless they carry different TMDB ids:
// the posterpack's values win, then the loose poster's, then the loose background's and logo's. Of
// several packs, the one in `manual` wins, then `plex-export`, then `jellyfin-export`. Loose
// pictures of one folder are one title; a poster of the same slug in another folder is a title
// with a key of its own. Sets key and id (`local-<slug>`); a title without a background has its
// poster as background, and the other way round; a clear logo alone is no title. The answer
// depends on the candidates, not on their order.
std::vector<Item> MergeCandidates(std::vector<Candidate> candidates);

}  // namespace marquee::playlist
