#include "services/gateway/http/http_date.h"

#include <absl/time/civil_time.h>
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace marquee::gateway {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                "Friday", "Saturday", "Sunday"};
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr size_t kShort = 3;  // letters of a short name

// Parses a date from left to right; after the first mismatch every further step fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

  void Literal(std::string_view text) {
    ok_ = ok_ && rest_.starts_with(text);
    if (ok_) rest_.remove_prefix(text.size());
  }
  // Reads exactly this many digits; with `padded`, leading zeros may be spaces.
  int Number(size_t digits, bool padded = false) {
    ok_ = ok_ && rest_.size() >= digits;
    int value = 0;
    bool leading = padded;
    for (size_t i = 0; ok_ && i < digits; ++i) {
      const char c = rest_[i];
      if (c == ' ' && leading && i + 1 < digits) continue;
      leading = false;
      ok_ = c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    if (ok_) rest_.remove_prefix(digits);
    return value;
  }
  int Month() {
    const size_t at = ok_ && rest_.size() >= kShort ? kMonths.find(rest_.substr(0, kShort))
                                                    : std::string_view::npos;
    ok_ = at != std::string_view::npos && at % kShort == 0;
    if (ok_) rest_.remove_prefix(kShort);
    return ok_ ? static_cast<int>(at / kShort) + 1 : 0;
  }
  // Reads a day of the week; Monday is 0. `whole`: "Monday", else "Mon".
  void Day(bool whole) {
    for (const std::string_view day : kDays) {
      const std::string_view name = whole ? day : day.substr(0, kShort);
      if (!rest_.starts_with(name)) continue;
      rest_.remove_prefix(name.size());
      return;
    }
    ok_ = false;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Parts {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

void ReadTime(Reader& reader, Parts& parts) {
  parts.hour = reader.Number(2);
  reader.Literal(":");
  parts.minute = reader.Number(2);
  reader.Literal(":");
  parts.second = reader.Number(2);
}

bool ReadFixdate(std::string_view text, Parts& parts) {
  Reader reader(text);
  reader.Day(/*whole=*/false);
  reader.Literal(", ");
  parts.day = reader.Number(2);
  reader.Literal(" ");
  parts.month = reader.Month();
  reader.Literal(" ");
  parts.year = reader.Number(4);
  reader.Literal(" ");
  ReadTime(reader, parts);
  reader.Literal(" GMT");
  return reader.done();
}

bool ReadRfc850(std::string_view text, Parts& parts, int present_year) {
  Reader reader(text);
  reader.Day(/*whole=*/true);
  reader.Literal(", ");
  parts.day = reader.Number(2);
  reader.Literal("-");
  parts.month = reader.Month();
  reader.Literal("-");
  parts.year = present_year / 100 * 100 + reader.Number(2);
  if (parts.year > present_year + 50) parts.year -= 100;
  reader.Literal(" ");
  ReadTime(reader, parts);
  reader.Literal(" GMT");
  return reader.done();
}

bool ReadAsctime(std::string_view text, Parts& parts) {
  Reader reader(text);
  reader.Day(/*whole=*/false);
  reader.Literal(" ");
  parts.month = reader.Month();
  reader.Literal(" ");
  parts.day = reader.Number(2, /*padded=*/true);
  reader.Literal(" ");
  ReadTime(reader, parts);
  reader.Literal(" ");
  parts.year = reader.Number(4);
  return reader.done();
}

}  // namespace

std::string HttpDate(absl::Time time) {
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  const auto day = static_cast<size_t>(absl::GetWeekday(civil));
  const auto month = static_cast<size_t>(civil.month() - 1);
  return fmt::format(FMT_COMPILE("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT"),
                     kDays[day].substr(0, kShort), civil.day(),
                     kMonths.substr(month * kShort, kShort), civil.year(), civil.hour(),
                     civil.minute(), civil.second());
}

std::optional<absl::Time> ParseHttpDate(std::string_view text, absl::Time now) {
  const auto present = static_cast<int>(absl::ToCivilSecond(now, absl::UTCTimeZone()).year());
  Parts parts;
  if (!ReadFixdate(text, parts) && !ReadRfc850(text, parts, present) && !ReadAsctime(text, parts)) {
    return std::nullopt;
  }
  constexpr int kLeapSecond = 60;
  if (parts.hour > 23 || parts.minute > 59 || parts.second > kLeapSecond) return std::nullopt;
  const absl::CivilSecond civil(parts.year, parts.month, parts.day, parts.hour, parts.minute,
                                std::min(parts.second, 59));
  // Invalid dates are normalised: the 31st of a 30-day month is the 1st of the next.
  if (civil.day() != parts.day || civil.month() != parts.month) return std::nullopt;
  return absl::FromCivil(civil, absl::UTCTimeZone());
}

}  // namespace marquee::gateway
