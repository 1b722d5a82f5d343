import type { Backend } from "./backend";
import type { ConnectionState, Density, Language, Motion, Theme } from "./bindings";
import { createFake, type FakeOptions } from "./fake";
import { ministry } from "./fake/brand";
import { talk } from "./fake/timelines";

/**
 * The invented world that an address asks for: `?fake`, or any address in a browser without Tauri.
 * `language`, `theme`, `textSize`, `density`, `motion`, `largeTargets`, `account`, `encryption`, `connection`,
 * `moreRooms`, `noRooms`, `managed`, `branded`, `proxy`, `held`, `crashed` set its state.
 */
export function fakeFromAddress(search: string): Backend | null {
  const asked = new URLSearchParams(search);
  if (!asked.has("fake") && "__TAURI_INTERNALS__" in window) return null;
  const options: FakeOptions = {
    delayMs: 150,
    moreRooms: Number(asked.get("moreRooms") ?? 0),
    noRooms: asked.has("noRooms"),
    largeTargets: asked.has("largeTargets"),
    managed: asked.has("managed"),
    proxy: asked.has("proxy"),
    held: asked.has("held"),
  };
  if (asked.has("branded")) options.brand = ministry;
  if (asked.has("crashed")) options.crashedAt = Date.now() - 60_000;
  const language = asked.get("language");
  if (language) options.language = language as Language;
  const theme = asked.get("theme");
  if (theme) options.theme = theme as Theme;
  const textSize = asked.get("textSize");
  if (textSize) options.textSize = Number(textSize);
  const density = asked.get("density");
  if (density) options.density = density as Density;
  const motion = asked.get("motion");
  if (motion) options.motion = motion as Motion;
  const account = asked.get("account");
  if (account) options.account = account as NonNullable<FakeOptions["account"]>;
  const encryption = asked.get("encryption");
  if (encryption) options.encryption = encryption as NonNullable<FakeOptions["encryption"]>;
  const connection = asked.get("connection");
  if (connection) options.connection = connection as ConnectionState;
  const fake = createFake(options);
  // For playing with it from the browser's console: `fake.connection.set("offline")`, `fake.talk("!flood…", 3)`.
  Object.assign(window, {
    fake: Object.assign(fake, {
      talk: (roomId: string, count: number) =>
        talk(count, Date.now()).forEach((item) => void fake.receive(roomId, item)),
    }),
  });
  return fake;
}
