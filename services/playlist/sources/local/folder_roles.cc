#include "services/playlist/sources/local/folder_roles.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "services/playlist/model/unicode.h"
#include "services/playlist/sources/local/artwork_names.h"
#include "services/playlist/sources/local/file_names.h"
#include "services/playlist/sources/local/file_types.h"

namespace marquee::playlist {
namespace {

// Ranks after every image that is named as a poster.
constexpr int kPlainRank = 100;

// Whether the name alone identifies a title: Alien (1979), Lost {tvdb-73739}.
bool IsTitleName(const NamedTitle& named) { return named.year.has_value() || named.has_ids(); }

struct Image {
  const ListedFile* file = nullptr;
  std::string_view stem;
  ArtworkName name;
  NamedTitle title;  // parsed from its base, or from its stem
};

class FolderRoles {
 public:
  FolderRoles(bool backgrounds, FolderListing* listing, std::vector<ScannedFile>* files,
              LeftOutCounts* left_out)
      : backgrounds_(backgrounds),
        listing_(*listing),
        folder_name_(BaseName(listing->path)),
        folder_(TitleOfName(folder_name_)),
        files_(*files),
        left_out_(*left_out) {}

  void Take() {
    Read();
    const bool is_title = IsTitleFolder();
    for (const Image& image : images_) TakeImage(image, is_title);
    ChooseFolders(is_title);
  }

 private:
  bool is_root() const { return listing_.path.empty(); }

  void Read() {
    std::set<std::string> titles;  // titles of files in this folder
    if (!is_root()) titles.insert(FoldForComparison(folder_name_));
    for (const ListedFile& file : listing_.files) {
      titles.insert(FoldForComparison(Stem(file.name)));
      if (TypeOfName(file.name) == FileType::kVideo) has_videos_ = true;
    }
    const auto is_title = [&titles](std::string_view base) {
      return titles.contains(FoldForComparison(base));
    };
    for (const ListedFile& file : listing_.files) {
      const FileType type = TypeOfName(file.name);
      if (type == FileType::kZip) {
        Add(file, FileRole::kPack, {}, 0);
        ++packs_;
      }
      if (type != FileType::kImage) continue;
      Image image{.file = &file, .stem = Stem(file.name), .name = {}, .title = {}};
      image.name = ArtworkNameOf(image.stem, is_title);
      const bool alone = image.name.part != ArtworkPart::kNone && image.name.base.empty();
      image.title =
          alone ? folder_ : TitleOfName(image.name.base.empty() ? image.stem : image.name.base);
      images_.push_back(std::move(image));
    }
  }

  static bool IsArtwork(const Image& image) {
    return image.name.part == ArtworkPart::kPoster || image.name.part == ArtworkPart::kBackground ||
           image.name.part == ArtworkPart::kClearLogo;
  }

  // Whether the folder is a title, as opposed to a collection of titles.
  bool IsTitleFolder() {
    std::set<std::string> others;  // titles other than the folder's
    bool named_otherwise = false;
    size_t plain = 0;
    size_t plain_of_folder = 0;
    bool bare = false;
    for (const Image& image : images_) {
      if (IsArtwork(image) && image.name.base.empty()) {
        bare = true;
        if (image.name.part == ArtworkPart::kPoster) has_poster_ = true;
        continue;
      }
      if (!IsArtwork(image) && image.name.part != ArtworkPart::kNone) continue;
      if (image.name.part == ArtworkPart::kNone) {
        ++plain;
        if (image.title.slug == folder_.slug) ++plain_of_folder;
      } else if (image.name.part == ArtworkPart::kPoster) {
        has_suffixed_poster_ = true;
      }
      if (image.title.slug == folder_.slug) continue;
      others.insert(image.title.slug);
      named_otherwise = named_otherwise || IsTitleName(image.title);
    }
    for (const std::string& name : listing_.folders) {
      if (!IsSeasonFolder(name) && IsTitleName(TitleOfName(name))) named_otherwise = true;
    }
    if (is_root()) {
      collection_ = others.size() + packs_ + listing_.folders.size() > 0;
      return false;
    }
    if (IsTitleName(folder_)) {
      // `Best of (1979)/` with images of several titles and no poster of its own is not a title.
      const bool own =
          bare || has_suffixed_poster_ || plain_of_folder > 0 || (has_videos_ && !named_otherwise);
      return own || plain <= 1;
    }
    collection_ = named_otherwise || others.size() > 1 || packs_ > 1;
    return bare && !collection_;
  }

  void TakeImage(const Image& image, bool is_title) {
    const bool alone = image.name.base.empty();
    switch (image.name.part) {
      case ArtworkPart::kOther:
        return LeaveOut(LeftOutRule::kArtwork);
      case ArtworkPart::kSeason:
        return LeaveOut(LeftOutRule::kSeason);
      case ArtworkPart::kNone: {
        if (backgrounds_) return Add(*image.file, FileRole::kBackground, {}, kPlainRank);
        if (!is_title) return Add(*image.file, FileRole::kPoster, {}, kPlainRank);
        const bool spare = has_poster_ || has_suffixed_poster_;
        if (spare && image.title.slug != folder_.slug) return LeaveOut(LeftOutRule::kArtwork);
        return Add(*image.file, FileRole::kPoster, folder_name_, kPlainRank);
      }
      default:
        break;
    }
    if (alone && !is_title && IsFolderImage(image)) {
      return LeaveOut(LeftOutRule::kFolderImage);
    }
    std::string_view named = alone || is_title ? folder_name_ : image.name.base;
    if (is_root() && alone) named = image.stem;
    // A word without a base precedes one with a base: rank 0, 2, … and 1, 3, …
    const int rank = 2 * image.name.rank + (alone ? 0 : 1);
    Add(*image.file, RoleOf(image.name.part), named, rank);
  }

  // folder.jpg of a folder that contains titles; a background or logo of the root belongs to no
  // title.
  bool IsFolderImage(const Image& image) const {
    if (collection_) return true;
    return is_root() && image.name.part != ArtworkPart::kPoster;
  }

  FileRole RoleOf(ArtworkPart part) const {
    if (part == ArtworkPart::kClearLogo) return FileRole::kClearLogo;
    return backgrounds_ || part == ArtworkPart::kBackground ? FileRole::kBackground
                                                            : FileRole::kPoster;
  }

  void ChooseFolders(bool is_title) {
    std::erase_if(listing_.folders, [&](const std::string& name) {
      // In the root, `Specials` or `2001` has no special meaning.
      const bool season = IsSeasonFolder(name) && (!is_root() || LowerAscii(name) != "specials");
      const bool extras = IsExtrasFolder(name) && (is_title || has_videos_);
      if (season) LeaveOut(LeftOutRule::kSeason);
      if (extras) LeaveOut(LeftOutRule::kArtwork);
      return season || extras;
    });
  }

  void Add(const ListedFile& file, FileRole role, std::string_view named, int rank) {
    std::string path = is_root() ? file.name : listing_.path + "/" + file.name;
    files_.push_back({.path = std::move(path),
                      .role = role,
                      .facts = file.facts,
                      .named = std::string(named),
                      .rank = rank});
  }
  void LeaveOut(LeftOutRule rule) { ++left_out_[static_cast<size_t>(rule)]; }

  const bool backgrounds_;
  FolderListing& listing_;
  const std::string_view folder_name_;
  const NamedTitle folder_;
  std::vector<ScannedFile>& files_;
  LeftOutCounts& left_out_;
  std::vector<Image> images_;
  size_t packs_ = 0;
  bool has_videos_ = false;
  bool has_poster_ = false;           // poster.jpg
  bool has_suffixed_poster_ = false;  // Alien (1979)-poster.jpg
  bool collection_ = false;
};

}  // namespace

void TakeFolder(bool backgrounds, FolderListing* listing, std::vector<ScannedFile>* files,
                LeftOutCounts* left_out) {
  FolderRoles(backgrounds, listing, files, left_out).Take();
}

}  // namespace marquee::playlist
