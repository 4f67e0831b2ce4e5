// Spellings of one text that Unicode treats as equal, and text of an unknown encoding. By ICU.
#pragma once

#include <string>
#include <string_view>

namespace marquee::playlist {

// Normalization Form C (UAX #15): `e` with a combining acute accent, as macOS writes file names,
// becomes the one character that every other system writes. Bytes that are
// not valid UTF-8 stay as they are.
std::string Nfc(std::string_view utf8);

// For comparing titles and names: NFKC_Casefold (Unicode 5.18.4), so without regard to case, width
// and composition. Not for display.
std::string FoldForComparison(std::string_view utf8);

// The code points of `utf8`, normalised as above, for matching character by character.
std::u32string CodePointsOf(std::string_view utf8, bool fold);

// UTF-8 out of the bytes of a hand-written file: by its byte order mark (UTF-8, UTF-16 or UTF-32,
// which is left out of the answer); without one by where its zero bytes are (RFC 4627, section 3:
// such a file begins with two ASCII characters); else as UTF-8 when it is valid, and as
// windows-1252 when it is not.
std::string DecodeText(std::string_view bytes);

}  // namespace marquee::playlist
