// Forged cookies, tokens and signed URLs.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "libs/base/clock.h"
#include "services/gateway/auth/admin_token.h"
#include "services/gateway/auth/image_url_signer.h"
#include "services/gateway/auth/origin_check.h"
#include "services/gateway/auth/sessions.h"

namespace marquee::gateway {
namespace {

void Run(std::string_view text) {
  static const Sealer sealer({std::string(32, 'k')});
  static const base::SystemClock clock;
  static const Sessions sessions(sealer, clock);
  static const OriginCheck origins({.public_url = "https://wall.example/"});
  static const AdminToken token("a token that is not guessed");
  for (const char* name : {"Cookie", "Authorization", "X-API-Key", "Origin", "Sec-Fetch-Site"}) {
    Request request;
    request.headers.Add(name, text);
    request.Cookie("pr_iid");
    // No input opens without the key.
    if (sessions.Of(request) || sessions.PendingOf(request)) std::abort();
    const bool told = text.find("nobody") != std::string_view::npos;
    if (token.Is(PresentedToken(request)) && !told) std::abort();
    static_cast<void>(origins.CheckChange(request));
    static_cast<void>(origins.CheckLogin(request));
  }
  if (sealer.Open("session", text)) std::abort();
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
