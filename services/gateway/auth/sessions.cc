#include "services/gateway/auth/sessions.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace marquee::gateway {
namespace {

constexpr std::string_view kSessionCookie = "marquee_session";
constexpr std::string_view kPendingCookie = "marquee_login";

std::string CookieField(std::string_view name, std::string_view value, absl::Duration lifetime,
                        const CookieScope& scope) {
  return fmt::format("{}={}; Max-Age={}; Path={}; HttpOnly; SameSite=Lax{}", name, value,
                     absl::ToInt64Seconds(lifetime), scope.path, scope.secure ? "; Secure" : "");
}

// Each field is prefixed with its length, so that no text in a field can be parsed as another
// field.
std::string Join(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += fmt::format("{}:{}", field.size(), field);
  return text;
}

std::optional<std::vector<std::string>> Split(std::string_view text, size_t count) {
  std::vector<std::string> fields;
  while (!text.empty()) {
    size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end == text.data() + text.size() || *end != ':') {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
    if (size > text.size()) return std::nullopt;
    fields.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  if (fields.size() != count) return std::nullopt;
  return fields;
}

int64_t NumberOf(const std::string& text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string Sessions::Cookie(const Account& account, const CookieScope& scope) const {
  const std::string text =
      Join({account.id, account.username, std::to_string(account.session_epoch),
            std::to_string(absl::ToUnixSeconds(clock_.Now()))});
  return CookieField(kSessionCookie, sealer_.Seal("session", text), kLifetime, scope);
}

std::string Sessions::EndCookie(const CookieScope& scope) const {
  return CookieField(kSessionCookie, "", absl::ZeroDuration(), scope);
}

std::string Sessions::PendingCookie(const PendingLogin& login, const CookieScope& scope) const {
  const std::string text =
      Join({login.username, login.password, std::to_string(absl::ToUnixSeconds(clock_.Now()))});
  return CookieField(kPendingCookie, sealer_.Seal("login", text), kPendingLifetime, scope);
}

std::string Sessions::EndPendingCookie(const CookieScope& scope) const {
  return CookieField(kPendingCookie, "", absl::ZeroDuration(), scope);
}

std::optional<Session> Sessions::Of(const Request& request) const {
  const auto cookie = request.Cookie(kSessionCookie);
  if (!cookie) return std::nullopt;
  const auto text = sealer_.Open("session", *cookie);
  if (!text) return std::nullopt;
  const auto fields = Split(*text, 4);
  if (!fields) return std::nullopt;
  Session session;
  session.account_id = (*fields)[0];
  session.username = (*fields)[1];
  session.epoch = NumberOf((*fields)[2]);
  session.issued_at = absl::FromUnixSeconds(NumberOf((*fields)[3]));
  if (clock_.Now() - session.issued_at > kLifetime) return std::nullopt;
  return session;
}

bool Sessions::IsUnknown(const Request& request) const {
  return sealer_.awaits_shared() && request.Cookie(kSessionCookie).has_value();
}

std::optional<PendingLogin> Sessions::PendingOf(const Request& request) const {
  const auto cookie = request.Cookie(kPendingCookie);
  if (!cookie) return std::nullopt;
  const auto text = sealer_.Open("login", *cookie);
  if (!text) return std::nullopt;
  const auto fields = Split(*text, 3);
  if (!fields) return std::nullopt;
  if (clock_.Now() - absl::FromUnixSeconds(NumberOf((*fields)[2])) > kPendingLifetime) {
    return std::nullopt;
  }
  return PendingLogin{(*fields)[0], (*fields)[1]};
}

}  // namespace marquee::gateway
