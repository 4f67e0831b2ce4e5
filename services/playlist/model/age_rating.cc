#include "services/playlist/model/age_rating.h"

#include <absl/strings/ascii.h>

#include <array>
#include <string>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

struct Step {
  std::string_view country;  // empty: any country
  std::string_view rating;
  int age;
};

// Ratings whose age cannot be read from a number in the rating, or differs from it. Entries with a
// country precede the general ones.
// clang-format off
constexpr std::array kSteps = std::to_array<Step>({
    // Letters that have a different meaning elsewhere.
    {"AU", "M", 15}, {"NZ", "M", 16}, {"IN", "A", 18}, {"IN", "S", 18}, {"IN", "UA", 12},
    {"CA", "R", 18}, {"CA", "A", 18}, {"CA", "E", 0},  {"HK", "I", 0},  {"HK", "IIA", 12},
    {"HK", "IIB", 15}, {"HK", "III", 18}, {"FI", "S", 0}, {"ES", "A", 0}, {"NO", "A", 0},
    {"DK", "A", 0}, {"NL", "AL", 0}, {"BR", "L", 0}, {"KR", "ALL", 0}, {"SE", "BTL", 0},
    {"MX", "AA", 0}, {"MX", "A", 0}, {"MX", "B", 12}, {"MX", "C", 18}, {"MX", "D", 18},
    // Motion Image Association, https://www.filmratings.com, including ratings used before 1990.
    {"", "G", 0}, {"", "PG", 8}, {"", "GP", 8}, {"", "M/PG", 8}, {"", "R", 17}, {"", "NC-17", 18},
    {"", "X", 18}, {"", "XXX", 18}, {"", "APPROVED", 0}, {"", "PASSED", 0},
    // TV Parental Guidelines, http://www.tvguidelines.org.
    {"", "TV-Y", 0}, {"", "TV-G", 0}, {"", "TV-Y7", 7}, {"", "TV-Y7-FV", 7}, {"", "TV-PG", 10},
    {"", "TV-14", 14}, {"", "TV-MA", 17},
    // British Board of Film Classification, https://www.bbfc.co.uk.
    {"", "U", 0}, {"", "UC", 0}, {"", "R18", 18},
    // Suitable for all ages, in the words of other rating boards.
    {"", "TP", 0}, {"", "T", 0}, {"", "APTA", 0}, {"", "ALL", 0}, {"", "AL", 0}, {"", "LIVRE", 0},
    {"", "O.A.", 0}, {"", "OA", 0}, {"", "MA", 15}, {"", "M", 15},
    // Ratings that state no age, whatever digits they contain.
    {"", "NR", -1}, {"", "UR", -1}, {"", "UNRATED", -1}, {"", "NOT RATED", -1}, {"", "NONE", -1},
    {"", "E", -1}, {"", "EXEMPT", -1},
});
// clang-format on

// Null: not found.
const Step* Find(std::string_view country, std::string_view rating) {
  for (const Step& step : kSteps) {
    if (step.rating == rating && (step.country.empty() || step.country == country)) return &step;
  }
  return nullptr;
}

// The first number of at most two digits; -1: none. Numbers above 21 are not ages.
int NumberIn(std::string_view text) {
  const size_t begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return -1;
  int number = 0;
  for (size_t i = begin; i < text.size() && absl::ascii_isdigit(text[i]); ++i) {
    number = number * 10 + (text[i] - '0');
    if (number > 21) return -1;
  }
  return number;
}

}  // namespace

int AgeOf(std::string_view rating) {
  const std::string upper =
      absl::AsciiStrToUpper(absl::StripAsciiWhitespace(base::ToAbslView(rating)));
  std::string_view text = upper;
  if (text.starts_with("RATED ")) text.remove_prefix(6);
  std::string_view country;
  if (text.size() > 3 && absl::ascii_isupper(text[0]) && absl::ascii_isupper(text[1]) &&
      (text[2] == '/' || text[2] == ':' || (text[2] == '-' && Find("", text) == nullptr))) {
    country = text.substr(0, 2);
    text.remove_prefix(3);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  const Step* const step = Find(country, text);
  return step != nullptr ? step->age : NumberIn(text);
}

std::string_view StricterRating(std::string_view first, std::string_view second) {
  if (first.empty()) return second;
  return AgeOf(second) > AgeOf(first) ? second : first;
}

}  // namespace marquee::playlist
