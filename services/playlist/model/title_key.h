// Whether two spellings are the title of one work.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// A title for comparison: equal for `Amélie` in NFC and NFD and `AMELIE`, `WALL·E` and `Wall-E`,
// `The Matrix` and `Matrix, The`, `Fast & Furious` and `Fast and Furious`. Letters and digits only,
// NFKC_Casefold (Unicode 5.18.4), without the accents of Latin, Greek and Cyrillic letters, and
// without an English article at its beginning. A title without any letter or digit is kept as it
// is. Never empty for a title that is not. Not for display.
std::string TitleKey(std::string_view title);

}  // namespace marquee::playlist
