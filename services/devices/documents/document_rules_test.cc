#include "services/devices/documents/document_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "services/devices/model/document.h"

namespace marquee::devices {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Wrong(std::string_view document_id, const char* body) {
  std::vector<std::string> fields;
  for (const auto& violation : CheckDocument(document_id, boost::json::parse(body).as_object())) {
    fields.push_back(violation.field);
  }
  return fields;
}

TEST(DocumentRulesTest, AcceptsKnownSettingsAndUnknownKeys) {
  EXPECT_THAT(Wrong(kDisplayDocument,
                    R"({"clockWidget":false,"clockFormat":"12h","transitionIntervalSeconds":20,
                        "uiScaling":{"global":120},"cinema":{"header":{"style":"neon"}},
                        "wallartMode":{"enabled":true,"columns":8},"mode":"wallart",
                        "burnInPrevention":null,"ofTomorrow":{"x":1}})"),
              IsEmpty());
}

TEST(DocumentRulesTest, NamesEveryInvalidField) {
  EXPECT_THAT(Wrong(kDisplayDocument,
                    R"({"clockWidget":"yes","clockFormat":"25h","transitionIntervalSeconds":4,
                        "uiScaling":{"global":0},"wallartMode":{"columns":2.5},"cinema":7})"),
              UnorderedElementsAre("clockWidget", "clockFormat", "transitionIntervalSeconds",
                                   "uiScaling.global", "wallartMode.columns", "cinema"));
}

TEST(DocumentRulesTest, AcceptsValuesOfPosterrama301) {
  EXPECT_THAT(Wrong(kDisplayDocument,
                    R"({"cinema":{"footer":{"type":"tagline"},"orientation":"landscape-flipped",
                          "globalEffects":{"colorFilter":"sepia"}},
                "cinemaOrientation":"landscape","clockTimezone":"Europe/Berlin",
                "wallartMode":{"density":"ludicrous","orientation":"portrait",
                               "layoutVariant":"filmCards","parallaxDepth":{"speed":2}}})"),
              IsEmpty());
  EXPECT_THAT(Wrong(kDisplayDocument, R"({"cinema":{"footer":{"type":"metadata"}},
                                          "clockTimezone":"auto"})"),
              IsEmpty());
}

TEST(DocumentRulesTest, ReportsAnUnknownValueWithTheNearestOne) {
  const auto violations = CheckDocument(
      kDisplayDocument, boost::json::parse(R"({"wallartMode":{"density":"hihg"}})").as_object());

  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].field, "wallartMode.density");
  EXPECT_THAT(violations[0].message, ::testing::HasSubstr(R"(did you mean "high")"));
}

TEST(DocumentRulesTest, AcceptsUnknownValuesOnRequestButNotWrongTypesAndZones) {
  std::vector<rpc::FieldViolation> unknown;
  const auto violations = CheckDocument(
      kDisplayDocument,
      boost::json::parse(R"({"transitionEffect":"explode","clockTimezone":"Europe/Berlni",
                             "clockFormat":7,"cinema":{"header":{"style":"disco"}}})")
          .as_object(),
      &unknown);

  std::vector<std::string> wrong;
  for (const auto& violation : violations) wrong.push_back(violation.field);
  EXPECT_THAT(wrong, UnorderedElementsAre("clockTimezone", "clockFormat"));
  EXPECT_THAT(violations[0].message, ::testing::HasSubstr("Europe/Berlin"));
  std::vector<std::string> words;
  for (const auto& word : unknown) words.push_back(word.field);
  EXPECT_THAT(words, UnorderedElementsAre("transitionEffect", "cinema.header.style"));
}

TEST(DocumentRulesTest, ValidatesOverridesOfPresetsAsDisplaySettings) {
  EXPECT_THAT(Wrong(kPresetsDocument,
                    R"({"presets":[{"key":"a","overrides":{"clockTimezone":"Nowhere/Atall"}}]})"),
              ElementsAre("presets[0].overrides.clockTimezone"));
}

TEST(DocumentRulesTest, RejectsServersInDisplaySettings) {
  EXPECT_THAT(Wrong(kDisplayDocument, R"({"mediaServers":[{"token":"x"}]})"),
              ElementsAre("mediaServers"));
}

TEST(DocumentRulesTest, RejectsSecretsInDisplaySettings) {
  EXPECT_THAT(Wrong(kDisplayDocument,
                    R"({"apiKey":"x","cinema":{"plexToken":"x"},"list":[{"a":{"password":"x"}}],
                        "note":"sealed:v1:AAAA","clockWidget":true})"),
              UnorderedElementsAre("apiKey", "cinema.plexToken", "list[0].a.password", "note"));
}

TEST(DocumentRulesTest, RequiresUniqueKeysOfPresets) {
  EXPECT_THAT(Wrong(kPresetsDocument, R"({"presets":[{"key":"a","overrides":{}},{"key":"b"}]})"),
              IsEmpty());
  EXPECT_THAT(
      Wrong(kPresetsDocument,
            R"({"presets":[{"key":"a"},{"key":"a"},{"name":"n"},3,{"key":"c","overrides":1}]})"),
      UnorderedElementsAre("presets[1].key", "presets[2].key", "presets[3]",
                           "presets[4].overrides"));
  EXPECT_THAT(Wrong(kPresetsDocument, R"({"presets":{}})"), ElementsAre("presets"));
}

TEST(DocumentRulesTest, RequiresNameTypeAndAddressOfSources) {
  EXPECT_THAT(Wrong(kSourcesDocument,
                    R"({"sources":[{"name":"Den","type":"plex","url":"http://10.0.0.6:32400"},
                                   {"name":"Posters","type":"local","path":"/srv/posters"}]})"),
              IsEmpty());
  EXPECT_THAT(Wrong(kSourcesDocument,
                    R"({"sources":[{"name":"","type":"floppy"},{"name":"A","type":"plex"},
                                   {"name":"A","type":"local","path":"x"}]})"),
              UnorderedElementsAre("sources[0].name", "sources[0].type", "sources[1].url",
                                   "sources[2].name", "sources[2].path"));
}

}  // namespace
}  // namespace marquee::devices
