#include "services/gateway/routes/display/asking_display.h"

#include <string>
#include <string_view>

namespace marquee::gateway {
namespace {

std::string HeaderOrQuery(const Request& request, std::string_view header, std::string_view name) {
  const std::string_view said = request.header(header);
  return said.empty() ? std::string(request.query.Get(name).value_or("")) : std::string(said);
}

}  // namespace

DisplayKnownBy KnownBy(const Request& request) {
  return {.device_id = HeaderOrQuery(request, "X-Device-Id", "deviceId"),
          .install_id = HeaderOrQuery(request, "X-Install-Id", "installId"),
          .cookie = request.Cookie("pr_iid").value_or(""),
          .hardware_id = HeaderOrQuery(request, "X-Hardware-Id", "hardwareId")};
}

}  // namespace marquee::gateway
