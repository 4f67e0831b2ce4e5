// Age ratings of different countries, compared.
#pragma once

#include <string_view>

namespace marquee::playlist {

// The age in years from which a title is meant to be seen, as far as a rating says it: FSK and
// other systems that name an age, MPA (G, PG, PG-13, R, NC-17), the TV Parental Guidelines (TV-Y …
// TV-MA), BBFC (U, PG, 12A, 15, 18, R18), and the letters of other boards. A country may stand in
// front as media servers write it (`de/16`, `GB:15`). -1: it says none (`Not Rated`), or is not
// known.
//
// Ratings that ask for guidance count as the age that the same board's next step implies: PG as 8,
// TV-PG as 10.
int AgeOf(std::string_view rating);

// The stricter of two ratings; the first where they are equal or neither says an age.
std::string_view StricterRating(std::string_view first, std::string_view second);

}  // namespace marquee::playlist
