// Icons of the navigation and of commands, drawn in the colour of the text.
const icon = (path) => (
  <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d={path} /></svg>
);

export const icons = {
  displays: icon('M3 5h18v11H3zM8 20h8M12 16v4'),
  sources: icon('M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3'),
  settings: icon('M4 7h10M18 7h2M4 17h2M10 17h10M14 4v6M6 14v6'),
  system: icon('M3 12h4l3-8 4 16 3-8h4'),
  prev: icon('M18 6v12L9 12zM6 6v12'),
  pause: icon('M5 6v12l7-6zM15 6v12M19 6v12'),
  next: icon('M6 6v12l9-6zM18 6v12'),
  power: icon('M12 3v8M6.5 6.5a8 8 0 1 0 11 0'),
  reload: icon('M20 11a8 8 0 1 0-.7 5M20 4v7h-7'),
  account: icon('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.6-6 8-6s8 2 8 6'),
};
