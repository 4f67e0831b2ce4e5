# Files that `cmake --install` copies, by component: `marquee` (the all-in-one) and
# `marquee-services` (the four programs). Programs look for pages and demo library in share/marquee
# beside their own folder. The demo library is installed where it is drawn, in tools/demo_posters.

set(services marquee-gateway marquee-playlist marquee-imageproc marquee-devices)
install(TARGETS marquee RUNTIME COMPONENT marquee)
install(TARGETS ${services} RUNTIME COMPONENT marquee-services)
# Both programs decode images and start the decoder process from their own folder.
install(TARGETS marquee-decoder RUNTIME COMPONENT marquee)
install(TARGETS marquee-decoder RUNTIME COMPONENT marquee-services)
foreach(component marquee marquee-services)
  install(DIRECTORY services/gateway/web DESTINATION ${CMAKE_INSTALL_DATADIR}/marquee
          COMPONENT ${component} PATTERN README.md EXCLUDE PATTERN package.json EXCLUDE
          PATTERN web/admin EXCLUDE)
  if(MARQUEE_CONTROL_ROOM)
    install(DIRECTORY ${MARQUEE_CONTROL_ROOM_DIR} DESTINATION ${CMAKE_INSTALL_DATADIR}/marquee
            COMPONENT ${component} PATTERN .meta.json EXCLUDE)
  endif()
  install(FILES README.md docs/configuration.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${component} COMPONENT ${component})
endforeach()
