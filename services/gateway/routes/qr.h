// GET /api/qr?text=&format=svg|png: a QR code, by which a person with a telephone finds the page
// that pairs a display.
#pragma once

#include "services/gateway/routes/router.h"

namespace marquee::gateway {

void AddQrTo(Router& router);

}  // namespace marquee::gateway
