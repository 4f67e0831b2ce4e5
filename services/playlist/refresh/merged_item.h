// Computes the fields of a title that was merged from several entries.
#pragma once

#include <vector>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// `parts`: entries of one title, the preferred one first; at least one. Each field is that of the
// first part that has it, except:
//   content_rating, official_rating  the strictest (AgeOf)
//   poster, thumbnail, placeholder   of one part, so that they belong to the same image
//   background                       of the first part whose background is not its poster
//   quality, streams, HDR            of one part, the first that has any of them
//   has_trailer, has_theme           when any part has it
// Key, id and copies are those of the first part.
Item MergeFields(const std::vector<ItemPtr>& parts);

// Order of two entries of one source: the one with more pixels first, then by key.
bool IsBetterCopy(const Item& a, const Item& b);

}  // namespace marquee::playlist
