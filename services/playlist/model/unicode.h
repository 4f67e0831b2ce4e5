// Unicode normalisation, and decoding of text in unknown encodings. Based on ICU.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// Normalization Form C (UAX #15): `e` with a combining acute accent, as in file names of macOS,
// becomes the single character that other systems use. Bytes that are not valid UTF-8 stay
// unchanged.
std::string Nfc(std::string_view utf8);

// For comparing titles and names: NFKC_Casefold (Unicode 5.18.4), which ignores case, width and
// composition. Not for display.
std::string FoldForComparison(std::string_view utf8);

// The code points of `utf8`, normalised as above, for matching single characters.
std::u32string CodePointsOf(std::string_view utf8, bool fold);

// Decodes a hand-written file to UTF-8: by its byte order mark (UTF-8, UTF-16 or UTF-32; removed
// from the result); without one by the positions of zero bytes (RFC 4627, section 3: such a file
// begins with two ASCII characters); otherwise as UTF-8 if valid, else as windows-1252.
std::string DecodeText(std::string_view bytes);

}  // namespace marquee::playlist
