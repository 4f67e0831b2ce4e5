// Keys that are equal for different spellings of the same title.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// A key for comparing titles, not for display: equal for `Amélie` in NFC and NFD and `AMELIE`,
// `WALL·E` and `Wall-E`, `The Matrix` and `Matrix, The`, `Fast & Furious` and `Fast and Furious`.
// Letters and digits only, NFKC_Casefold (Unicode 5.18.4), without accents of Latin, Greek and
// Cyrillic letters, and without a leading English article. A title without letters and digits is
// returned unchanged, so the key of a non-empty title is never empty.
std::string TitleKey(std::string_view title);

}  // namespace marquee::playlist
