#include "services/playlist/model/item_codec.h"

#include <bit>
#include <cstring>
#include <type_traits>

namespace marquee::playlist {
namespace {

// The single list of fields, used by writer and reader. Field numbers must never be reused.
template <class ItemT, class Visitor>
void VisitFields(ItemT& item, Visitor&& visit) {
  visit(1, item.key);
  visit(2, item.id);
  visit(3, item.source);
  visit(4, item.server_name);
  visit(5, item.type);
  visit(6, item.library);
  visit(7, item.title);
  visit(8, item.original_title);
  visit(9, item.year);
  visit(10, item.release_date);
  visit(11, item.tagline);
  visit(12, item.overview);
  visit(13, item.rating);
  visit(14, item.content_rating);
  visit(15, item.official_rating);
  visit(16, item.genres);
  visit(17, item.studios);
  visit(18, item.imdb_url);
  visit(19, item.tmdb_id);
  visit(20, item.rotten_tomatoes);
  visit(21, item.runtime_minutes);
  visit(22, item.runtime_ms);
  visit(23, item.added_at_ms);
  visit(24, item.poster_url);
  visit(25, item.background_url);
  visit(26, item.thumbnail_url);
  visit(27, item.clear_logo_url);
  visit(28, item.quality_label);
  visit(29, item.has_hdr);
  visit(30, item.has_dolby_vision);
  visit(31, item.video);
  visit(32, item.audio);
  visit(33, item.artist);
  visit(34, item.album);
  visit(35, item.platform);
  visit(36, item.has_trailer);
  visit(37, item.has_theme);
  visit(38, item.artist_id);
  visit(39, item.artist_photo_url);
  visit(40, item.styles);
  visit(41, item.moods);
  visit(42, item.streaming);
  visit(43, item.placeholder);
  visit(44, item.tvdb_id);
  visit(45, item.copies);
  // 46: kPartField of the snapshot file (store/snapshot_codec.cc).
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, Copy>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.server_name);
  visit(2, value.library);
  visit(3, value.key);
  visit(4, value.id);
  visit(5, value.gone);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, Placeholder>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.thumb_hash);
  visit(2, value.dominant_color);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, StreamingProvider>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.name);
  visit(2, value.type);
  visit(3, value.logo_url);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, Streaming>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.region);
  visit(2, value.providers);
  visit(3, value.link);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, RottenTomatoes>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.score);
  visit(2, value.icon);
  visit(3, value.original_score);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, VideoStream>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.width);
  visit(2, value.height);
  visit(3, value.codec);
  visit(4, value.aspect_ratio);
}

template <class T, class Visitor>
  requires std::is_same_v<std::remove_const_t<T>, AudioTrack>
void VisitFields(T& value, Visitor&& visit) {
  visit(1, value.codec);
  visit(2, value.channels);
  visit(3, value.profile);
  visit(4, value.language);
  visit(5, value.display_title);
}

template <class T>
concept Number =
    std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t> || std::is_same_v<T, double>;

uint64_t BitsOf(double value) { return std::bit_cast<uint64_t>(value); }
uint64_t BitsOf(int64_t value) { return static_cast<uint64_t>(value); }
uint64_t BitsOf(int32_t value) { return static_cast<uint64_t>(static_cast<int64_t>(value)); }

struct Writer {
  std::string& out;

  void Field(uint64_t number, std::string_view bytes) const {
    PutVarint(number, &out);
    PutText(bytes, &out);
  }

  void operator()(uint64_t number, const std::string& text) const {
    if (!text.empty()) Field(number, text);
  }
  void operator()(uint64_t number, bool flag) const {
    if (flag) Field(number, {});
  }
  void operator()(uint64_t number, const std::vector<std::string>& texts) const {
    for (const auto& text : texts) Field(number, text);
  }
  template <Number T>
  void operator()(uint64_t number, const T& value) const {
    const uint64_t bits = BitsOf(value);
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> (8 * i));
    Field(number, {bytes, sizeof bytes});
  }
  template <class T>
  void operator()(uint64_t number, const std::optional<T>& value) const {
    if (value) (*this)(number, *value);
  }
  template <class T>
  void operator()(uint64_t number, const std::vector<T>& values) const {
    for (const T& value : values) (*this)(number, value);
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(uint64_t number, const T& value) const {
    std::string inner;
    VisitFields(value, Writer{inner});
    Field(number, inner);
  }
};

bool ReadFields(std::string_view bytes, auto& value);

// Visitor that is called with every field of the value for one field number in the bytes and reads
// the matching field.
struct Reader {
  uint64_t found;
  std::string_view bytes;
  bool& ok;

  void operator()(uint64_t number, std::string& text) const {
    if (number == found) text = bytes;
  }
  void operator()(uint64_t number, bool& flag) const {
    if (number == found) flag = true;
  }
  void operator()(uint64_t number, std::vector<std::string>& texts) const {
    if (number == found) texts.emplace_back(bytes);
  }
  template <Number T>
  void operator()(uint64_t number, T& value) const {
    if (number != found) return;
    if (bytes.size() != 8) {
      ok = false;
      return;
    }
    uint64_t bits = 0;
    for (int i = 7; i >= 0; --i) bits = bits << 8 | static_cast<uint8_t>(bytes[i]);
    if constexpr (std::is_same_v<T, double>) {
      value = std::bit_cast<double>(bits);
    } else {
      value = static_cast<T>(static_cast<int64_t>(bits));
    }
  }
  template <class T>
  void operator()(uint64_t number, std::optional<T>& value) const {
    if (number == found) (*this)(number, value.emplace());
  }
  template <class T>
  void operator()(uint64_t number, std::vector<T>& values) const {
    if (number == found) (*this)(number, values.emplace_back());
  }
  template <class T>
    requires std::is_class_v<T>
  void operator()(uint64_t number, T& value) const {
    if (number == found && !ReadFields(bytes, value)) ok = false;
  }
};

bool ReadFields(std::string_view bytes, auto& value) {
  bool ok = true;
  while (ok && !bytes.empty()) {
    uint64_t number = 0;
    std::string_view field;
    if (!TakeVarint(&bytes, &number) || !TakeText(&bytes, &field)) return false;
    VisitFields(value, Reader{number, field, ok});
  }
  return ok;
}

}  // namespace

void PutVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    *out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out += static_cast<char>(value);
}

bool TakeVarint(std::string_view* bytes, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes->empty()) return false;
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

void PutText(std::string_view text, std::string* out) {
  PutVarint(text.size(), out);
  *out += text;
}

bool TakeText(std::string_view* bytes, std::string_view* text) {
  uint64_t length = 0;
  if (!TakeVarint(bytes, &length) || length > bytes->size()) return false;
  *text = bytes->substr(0, length);
  bytes->remove_prefix(length);
  return true;
}

std::string EncodeItem(const Item& item) {
  std::string bytes;
  bytes.reserve(768);
  VisitFields(item, Writer{bytes});
  return bytes;
}

absl::StatusOr<Item> DecodeItem(std::string_view bytes) {
  Item item;
  if (!ReadFields(bytes, item)) return absl::DataLossError("bytes are not an encoded item");
  return item;
}

}  // namespace marquee::playlist
