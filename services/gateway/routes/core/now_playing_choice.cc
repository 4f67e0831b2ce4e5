#include "services/gateway/routes/core/now_playing_choice.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <xxhash.h>

#include "libs/base/strings.h"

namespace marquee::gateway {
namespace {

namespace json = boost::json;

// The object or text with that name, empty if there is none.
const json::object& Below(const json::object& settings, std::string_view name) {
  static const json::object none;
  const json::value* found = settings.if_contains(json::string_view(name.data(), name.size()));
  return found != nullptr && found->is_object() ? found->get_object() : none;
}

std::string TextOf(const json::object& settings, std::string_view name) {
  const json::value* found = settings.if_contains(json::string_view(name.data(), name.size()));
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

uint64_t Rank(const PlaybackSession& session, std::string_view display) {
  std::string text(display);
  for (const std::string& part : {session.source, session.id, session.item.key}) {
    text += '\n';
    text += part;
  }
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

NowPlayingChoice NowPlayingChoiceOf(const json::object& settings) {
  const json::object& playing = Below(Below(settings, "cinema"), "nowPlaying");
  const json::value* enabled = playing.if_contains("enabled");
  const std::string priority = TextOf(playing, "priority");
  NowPlayingChoice choice;
  choice.allowed = enabled != nullptr && enabled->is_bool() && enabled->get_bool();
  choice.random = priority == "random";
  if (priority == "user") {
    choice.user = TextOf(playing, "filterUser");
    absl::StripAsciiWhitespace(&choice.user);
  }
  return choice;
}

const PlaybackSession* Choose(const std::vector<const PlaybackSession*>& sessions,
                              const NowPlayingChoice& choice, std::string_view display) {
  if (!choice.allowed) return nullptr;
  const PlaybackSession* chosen = nullptr;
  uint64_t best = 0;
  for (const PlaybackSession* session : sessions) {
    if (session->item.poster_url.empty()) continue;
    if (!choice.user.empty() &&
        !absl::EqualsIgnoreCase(base::ToAbslView(session->user), base::ToAbslView(choice.user))) {
      continue;
    }
    if (!choice.random) return session;
    const uint64_t rank = Rank(*session, display);
    if (chosen == nullptr || rank < best) {
      chosen = session;
      best = rank;
    }
  }
  return chosen;
}

}  // namespace marquee::gateway
