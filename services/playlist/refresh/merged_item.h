// The fields of a title that several entries of sources were merged into.
#pragma once

#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// `parts`: entries of one title, the preferred one first; at least one. Each field is that of the
// first part that knows it, except:
//   content_rating, official_rating  the strictest (AgeOf)
//   poster, thumbnail, placeholder   of one part, so that they show one picture
//   background                       of the first part whose background is not its poster
//   quality, streams, HDR            of one part, the first that knows any of them
//   has_trailer, has_theme           when any part has it
// Key, id and copies are left as the first part has them.
Item MergeFields(const std::vector<ItemPtr>& parts);

// Which of two entries of one source comes first: the one with more pixels, then by key.
bool IsBetterCopy(const Item& a, const Item& b);

}  // namespace marquee::playlist
