#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "libs/base/status.h"
#include "services/imageproc/transform/container/colour_profile.h"
#include "services/imageproc/transform/container/container.h"
#include "services/imageproc/transform/container/heif_boxes.h"

namespace marquee::imageproc {
namespace {

// A valid file has about five boxes.
constexpr int kMaxBoxes = 1000;

// Position of `meta`, and boxes that a still image does not need. Their type is replaced by `free`
// so that everything keeps its offset, because items are located by offsets in the file.
struct TopLevel {
  uint64_t meta_offset = 0;
  uint64_t meta_size = 0;
  bool has_film = false;
  std::map<uint64_t, std::string> replaced;  // new type of four bytes, by offset
};

absl::StatusOr<TopLevel> ReadTopLevel(ByteCursor& file) {
  TopLevel top;
  int boxes = 0;
  for (uint64_t at = 0; file.LeftAt(at) > 0;) {
    if (++boxes > kMaxBoxes) return Damaged("the HEIF file has too many boxes");
    const uint64_t left = file.LeftAt(at);
    const auto head_bytes = static_cast<size_t>(std::min<uint64_t>(left, 16));
    MARQUEE_ASSIGN_OR_RETURN(const std::string_view bytes, file.At(at, head_bytes));
    BoxReader head(bytes);
    uint64_t size = head.Number(4);
    const std::string type(head.Text(4));
    uint64_t head_size = 8;
    if (size == 1) {
      size = head.Number(8);
      head_size = 16;
    } else if (size == 0) {
      size = left;
    }
    if (head.failed()) return CutOff();
    if (size < head_size) return Damaged("a HEIF box has an invalid length");
    if (size > left) return TooLong("the HEIF box " + type, at, size);
    if (type == "meta" && top.meta_size == 0) {
      top.meta_offset = at + head_size;
      top.meta_size = size - head_size;
    } else if (type != "ftyp" && type != "mdat") {
      top.replaced.emplace(at + 4, "free");
      top.has_film = top.has_film || type == "moov";
    }
    at += size;
  }
  return top;
}

bool IsTransparency(const HeifMeta& heif, const HeifMeta::Item& item) {
  return std::any_of(item.properties.begin(), item.properties.end(), [&heif](size_t index) {
    const Box& property = heif.properties[index];
    return property.type == "auxC" && (property.body.find(":alpha") != property.body.npos ||
                                       property.body.find(":auxid:1") != property.body.npos);
  });
}

// Size, rotation, depth and colours of the primary image.
class Properties {
 public:
  Properties(const HeifMeta& heif, const HeifMeta::Item& item, ImageInfo& info) : info_(info) {
    for (const size_t index : item.properties) Take(heif.properties[index]);
    if (turned_) std::swap(info.width_px, info.height_px);
    if (!profile_.body.empty()) {
      const bool convert = JudgeProfile(profile_.body.substr(4), 3) == ProfileUse::kConvert;
      info.needs_profile = convert;
      unused_profile_ = !convert;
      // A profile takes precedence over coded colours (ISO/IEC 23000-22, 7.3.6.4).
      if (convert) info.colours = {};
    }
    for (const uint64_t id : item.auxiliaries) {
      const auto found = heif.items.find(id);
      if (found != heif.items.end()) info.has_alpha |= IsTransparency(heif, found->second);
    }
    const uint64_t sample = depth_ > 8 ? 2 : 1;
    info.decode_bytes = info.pixels() * sample * (info.has_alpha ? 7 : 6);
  }

  // Offset of the type of the profile box in `meta`; 0 if the profile is used or absent.
  size_t unused_profile_offset() const { return unused_profile_ ? profile_.offset : 0; }

 private:
  void Take(const Box& box) {
    BoxReader reader(box.body);
    if (box.type == "ispe") {
      reader.Skip(4);
      info_.width_px = Side(reader.Number(4));
      info_.height_px = Side(reader.Number(4));
    } else if (box.type == "clap") {
      const uint64_t width = reader.Number(4);
      const uint64_t width_of = reader.Number(4);
      const uint64_t height = reader.Number(4);
      const uint64_t height_of = reader.Number(4);
      if (width_of == 0 || height_of == 0) return;
      info_.width_px = std::min(info_.width_px, Side(width / width_of));
      info_.height_px = std::min(info_.height_px, Side(height / height_of));
    } else if (box.type == "irot") {
      turned_ = (reader.Number(1) & 1U) != 0;
    } else if (box.type == "pixi") {
      reader.Skip(4);
      const uint64_t channels = reader.Number(1);
      if (channels > 0) depth_ = static_cast<int>(reader.Number(1));
    } else if (box.type == "colr") {
      const std::string_view kind = reader.Text(4);
      if (kind == "prof" || kind == "rICC") profile_ = box;
      if (kind == "nclx") {
        info_.colours.primaries = static_cast<int>(reader.Number(2));
        info_.colours.transfer = static_cast<int>(reader.Number(2));
      }
    }
  }

  static int Side(uint64_t pixels) {
    return static_cast<int>(std::min<uint64_t>(pixels, 0x7fffffff));
  }

  ImageInfo& info_;
  bool turned_ = false;
  int depth_ = 8;
  Box profile_;
  bool unused_profile_ = false;
};

// Derived from the codec of its images, because the brands in the file header are often more
// general.
absl::StatusOr<ImageType> CodedAs(const HeifMeta& heif, const HeifMeta::Item& primary) {
  const auto has = [&heif](std::string_view type) {
    return std::any_of(heif.items.begin(), heif.items.end(),
                       [type](const auto& entry) { return entry.second.type == type; });
  };
  const bool derived = primary.type == "grid" || primary.type == "iovl" || primary.type == "iden";
  if (primary.type == "av01" || (derived && has("av01"))) return ImageType::kAvif;
  if (primary.type == "hvc1" || (derived && has("hvc1"))) return ImageType::kHeic;
  std::string type;
  for (const char c : primary.type) type.push_back(c >= ' ' && c <= '~' ? c : '?');
  return Damaged("the HEIF image uses codec \"" + type + "\"; av01 and hvc1 are supported");
}

}  // namespace

absl::Status ReadHeif(ByteCursor& file, ImageInfo& info) {
  MARQUEE_ASSIGN_OR_RETURN(TopLevel top, ReadTopLevel(file));
  if (top.meta_size == 0) return Damaged("the HEIF file has no still image");
  if (top.meta_size > kMaxMetaBytes) return Damaged("the HEIF file has too many items");
  MARQUEE_ASSIGN_OR_RETURN(const std::string meta, file.Copy(top.meta_offset, top.meta_size));
  MARQUEE_ASSIGN_OR_RETURN(const HeifMeta heif, ReadHeifMeta(meta, file.size()));
  const auto primary = heif.items.find(heif.primary);
  if (primary == heif.items.end()) return Damaged("the HEIF file has no primary image");
  MARQUEE_ASSIGN_OR_RETURN(info.type, CodedAs(heif, primary->second));
  const Properties properties(heif, primary->second, info);
  info.animated = top.has_film;
  if (properties.unused_profile_offset() != 0) {
    top.replaced.emplace(top.meta_offset + properties.unused_profile_offset(), "free");
  }
  for (const auto& [id, item] : heif.items) {
    // Libraries copy these items, once per item.
    if (item.type == "Exif" || item.type == "mime") {
      top.replaced.emplace(top.meta_offset + item.type_offset, "skip");
    }
  }
  uint64_t at = 0;
  for (const auto& [offset, bytes] : top.replaced) {
    info.splice.AddRange(at, offset - at);
    info.splice.AddLiteral(bytes);
    at = offset + bytes.size();
  }
  info.splice.AddRange(at, file.size() - at);
  return absl::OkStatus();
}

}  // namespace marquee::imageproc
