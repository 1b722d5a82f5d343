/** A bridge at dawn, drawn small, in place of a photograph. */
export function picture(): string {
  const cables = [236, 404].flatMap((x) =>
    Array.from({ length: 9 }, (_, step) => {
      const reach = 19 + step * 19;
      const y = 155 + step;
      return `<path d="M${x} 52L${x - reach} ${y}M${x} 52L${x + reach} ${y}"/>`;
    }),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="300" viewBox="0 0 640 300"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#5f88ad"/><stop offset=".5" stop-color="#b9c8d3"/><stop offset="1" stop-color="#f7c58f"/></linearGradient><linearGradient id="w" x2="0" y2="1"><stop stop-color="#e2b78c"/><stop offset=".3" stop-color="#9fb0bb"/><stop offset="1" stop-color="#3e6283"/></linearGradient></defs><rect width="640" height="196" fill="url(#s)"/><circle cx="470" cy="152" r="17" fill="#fff6e4"/><path d="M0 184C90 166 150 178 240 172S420 178 500 170 600 170 640 172V196H0Z" fill="#66829a"/><rect y="194" width="640" height="106" fill="url(#w)"/><g stroke="#24425c" stroke-width="1.1">${cables.join("")}</g><g stroke="#1f3b54" fill="none" stroke-width="4"><path d="M0 186Q320 122 640 186M236 50L228 202M236 50L246 202M404 50L394 202M404 50L412 202"/><path d="M0 190Q320 206 640 190" stroke-width="5"/></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
