#include "services/playlist/sources/local/ignore_list.h"

#include <gtest/gtest.h>

#include "libs/base/strings.h"

namespace marquee::playlist {
namespace {

// + excluded, - re-included, . no rule matches.
char Decide(const IgnoreList& list, std::string_view path, bool is_folder = false) {
  const auto decision = list.Decide(GlobPathOf(path, list.fold_case()), 0, is_folder);
  return !decision ? '.' : *decision ? '+' : '-';
}

TEST(IgnoreListTest, AnEmptyIgnoreFileExcludesEverything) {
  EXPECT_TRUE(IgnoreList::ParseGit("").everything());
  EXPECT_TRUE(IgnoreList::ParseGit(" \r\n\n").everything());
  EXPECT_FALSE(IgnoreList::ParseGit("# a comment\n").everything());
  EXPECT_EQ(Decide(IgnoreList::ParseGit("# a comment\n"), "a.jpg"), '.');
  EXPECT_FALSE(IgnoreList::ParsePlex("").everything());
}

TEST(IgnoreListTest, ParsesGitignoreSyntax) {
  const IgnoreList list = IgnoreList::ParseGit(
      "\xEF\xBB\xBF# images\n*.png\r\n!keep.png\nspecials/\n/root.jpg\na/b.jpg\n\\#1.jpg\n"
      "\\!x.jpg\nspace.jpg  \n**/deep\n");

  EXPECT_EQ(Decide(list, "x/y.png"), '+');
  EXPECT_EQ(Decide(list, "x/keep.png"), '-');
  EXPECT_EQ(Decide(list, "specials", true), '+');
  EXPECT_EQ(Decide(list, "x/specials", true), '+');
  EXPECT_EQ(Decide(list, "specials"), '.') << "a file with that name";
  EXPECT_EQ(Decide(list, "root.jpg"), '+');
  EXPECT_EQ(Decide(list, "x/root.jpg"), '.');
  EXPECT_EQ(Decide(list, "a/b.jpg"), '+');
  EXPECT_EQ(Decide(list, "x/a/b.jpg"), '.');
  EXPECT_EQ(Decide(list, "#1.jpg"), '+');
  EXPECT_EQ(Decide(list, "!x.jpg"), '+');
  EXPECT_EQ(Decide(list, "space.jpg"), '+');
  EXPECT_EQ(Decide(list, "x/y/deep", true), '+');
  EXPECT_EQ(Decide(list, "X.PNG"), '.') << "case-sensitive";
}

TEST(IgnoreListTest, ParsesPlexignoreSyntax) {
  const IgnoreList list = IgnoreList::ParsePlex(
      "# comment\n\n *.png \nExtras/*\n/rooted.jpg\nspecials\n\\#1.jpg\n!not.jpg\n*/Season 01/*\n");

  EXPECT_EQ(Decide(list, "x/y.png"), '+');
  EXPECT_EQ(Decide(list, "Extras/a.jpg"), '+');
  EXPECT_EQ(Decide(list, "Extras/more", true), '+');
  EXPECT_EQ(Decide(list, "x/Extras/a.jpg"), '.') << "relative to the file's folder";
  EXPECT_EQ(Decide(list, "rooted.jpg"), '.');
  EXPECT_EQ(Decide(list, "specials", true), '.') << "without a slash: file names only";
  EXPECT_EQ(Decide(list, "x/specials"), '+');
  EXPECT_EQ(Decide(list, "#1.jpg"), '+');
  EXPECT_EQ(Decide(list, "not.jpg"), '.') << "! is a literal character";
  EXPECT_EQ(Decide(list, "!not.jpg"), '+');
  EXPECT_EQ(Decide(list, "Show/Season 01/a.jpg"), '+');
}

TEST(IgnoreListTest, ParsesTheExcludeSettingIgnoringCase) {
  const auto list = IgnoreList::ParseSetting({"Kids/**", "*-OLD.*", "!kids/keep.jpg"});

  ASSERT_TRUE(list.ok());
  EXPECT_EQ(Decide(*list, "kids/a.jpg"), '+');
  EXPECT_EQ(Decide(*list, "x/alien-old.jpg"), '+');
  EXPECT_EQ(Decide(*list, "Kids/keep.jpg"), '-');
  EXPECT_EQ(Decide(*list, "kids", true), '.');
  EXPECT_EQ(base::MessageOf(IgnoreList::ParseSetting({"a", "b["}).status()),
            "exclude: pattern \"b[\": unclosed [; write \\[ for a literal [");
}

}  // namespace
}  // namespace marquee::playlist
