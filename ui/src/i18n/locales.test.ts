import { FluentBundle, FluentResource } from "@fluent/bundle";
import { describe, expect, it } from "vitest";
import bindings from "../ipc/bindings.ts?raw";

const LANGUAGES = ["fr", "de"] as const;
type Tongue = (typeof LANGUAGES)[number];

const written = import.meta.glob<string>("../../../locales/*/*.ftl", { query: "?raw", import: "default", eager: true });

const files = (language: Tongue) =>
  Object.keys(written).flatMap((path) => (path.includes(`/${language}/`) ? [path.split("/").at(-1) ?? ""] : []));
const source = (language: Tongue, file: string) => written[`../../../locales/${language}/${file}`] ?? "";

/** Each id of a file with its words as they are written, over all their lines. */
function entries(language: Tongue, file: string): Map<string, string> {
  const found = new Map<string, string>();
  let id = "";
  for (const line of source(language, file).split("\n")) {
    const start = /^([a-z][\w-]*)\s*=\s*(.*)$/.exec(line);
    if (start) {
      id = start[1] ?? "";
      expect(found.has(id), `${id} comes twice in ${language}/${file}`).toBe(false);
      found.set(id, start[2] ?? "");
    } else if (/^\s+\S/.test(line)) {
      found.set(id, `${found.get(id)}\n${line}`);
    }
  }
  return found;
}

const variables = (words: string) => [...new Set(words.match(/\$[a-z][\w-]*/gi) ?? [])].sort();

/** The words alone: no placeables' names, no selectors. */
const spoken = (words: string) => words.replaceAll(/\{[^{}]*?->/g, "").replaceAll(/\{[^{}]*\}/g, "x");

const all = (language: Tongue) =>
  files(language).flatMap((file) => [...entries(language, file)].map(([id, words]) => ({ file, id, words })));

describe("the locales", () => {
  it("have the same files", () => {
    expect(files("de")).toEqual(files("fr"));
  });

  it.each(files("fr"))("%s says the same things with the same variables", (file) => {
    const [fr, de] = [entries("fr", file), entries("de", file)];
    expect([...de.keys()]).toEqual([...fr.keys()]);
    for (const [id, words] of fr) expect(variables(de.get(id) ?? ""), id).toEqual(variables(words));
  });

  it.each(LANGUAGES)("%s is read without errors, and no id stands in two files", (language) => {
    const bundle = new FluentBundle(language);
    for (const file of files(language)) {
      expect(bundle.addResource(new FluentResource(source(language, file))), file).toEqual([]);
    }
  });

  it("French has its no-break spaces and typographic apostrophes", () => {
    for (const { id, words } of all("fr")) {
      const text = spoken(words);
      expect(text, id).not.toMatch(/[^\u00a0\u202f\d] ?(?<!\u00a0):(?=\s|$)/m);
      expect(text, id).not.toMatch(/[^\u202f][?!;]/);
      expect(text, id).not.toMatch(/«[^\u00a0]|[^\u00a0]»|[^\u00a0]%/);
      expect(text, id).not.toMatch(/['"]|\.\.\./);
    }
  });

  it("German has its quotation marks and no French spaces", () => {
    for (const { id, words } of all("de")) {
      const text = spoken(words);
      expect(text, id).not.toMatch(/['"«»]|\.\.\./);
      expect(text.match(/„/g)?.length ?? 0, id).toBe(text.match(/“/g)?.length ?? 0);
      expect(text, id).not.toMatch(/\s[?!;:]/);
    }
  });

  it("name rules by their titles: keys are for those who write them", () => {
    const sections = all("fr").flatMap(({ id }) => /^policy-section-([a-z]+)$/.exec(id)?.[1] ?? []);
    const key = new RegExp(`\\b(${sections.join("|")})\\.[a-z]`);
    for (const { id, words } of LANGUAGES.flatMap(all)) {
      if (/^policy-.*-text$/.test(id)) expect(words, id).not.toMatch(key);
    }
  });

  it("have words for every error code", () => {
    const declared = bindings.slice(bindings.indexOf("export type ErrorCode")).split("export type", 2).at(-1) ?? "";
    const codes = [...(declared.split(";\n\n")[0]?.matchAll(/^"([a-z-]+)"/gm) ?? [])].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(20);
    const known = new Set(all("fr").map(({ id }) => id));
    for (const code of codes) expect(known.has(`error-${code}`), `${code}`).toBe(true);
  });
});

describe("the window's words", () => {
  const modules = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.*", "!../ipc/**"], {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const sources = Object.values(modules).join("\n");
  const known = new Set(all("fr").map(({ id }) => id));
  const prefix = "(?:app|account|brand|crash|encryption|policies|preview|rooms|settings|sync|timeline)-[a-z-]+";

  it("are all in the locales", () => {
    const named = [...sources.matchAll(new RegExp(`["\`](${prefix})(?<!-)["\`]`, "g"))].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(100);
    // The code of an error may begin as words do.
    for (const id of named) expect(known.has(id) || known.has(`error-${id}`), id).toBe(true);
  });

  // The Rust side takes words from the same files.
  const rust = import.meta.glob<string>("../../../src-tauri/{src,core/src}/**/*.rs", {
    query: "?raw",
    import: "default",
    eager: true,
  });

  it("are all used", () => {
    const everywhere = `${sources}\n${Object.values(rust).join("\n")}`;
    const built = [...sources.matchAll(/`([a-z][a-z-]*-)\$\{/g)].map((match) => match[1] ?? "");
    // What a setting does, and what else it is looked for by, stands beside its title.
    const beside = [...sources.matchAll(/\}(-[a-z]+)`/g)].map((match) => match[1] ?? "");
    const titles = (id: string) => beside.flatMap((end) => (id.endsWith(end) ? [id.slice(0, -end.length)] : []));
    for (const id of known) {
      if (id.startsWith("error-")) continue;
      const used = [id, ...titles(id)].some((each) => everywhere.includes(`"${each}"`));
      expect(used || built.some((start) => id.startsWith(start)), id).toBe(true);
    }
  });
});
