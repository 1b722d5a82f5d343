import type { Brand } from "../bindings";

/** A ministry that shows all that can be shown; its colours are what core makes of #000091, as a test of core sees to. */
export const ministry: Brand = {
  name: "Messagerie du ministère",
  logo: true,
  light: {
    accent: "#000091",
    accentHover: "#000074",
    accentPressed: "#000057",
    accentText: "#000091",
    accentSoft: "#e6e6f4",
    accentSoftText: "#000074",
    textOnAccent: "#ffffff",
  },
  dark: {
    accent: "#a3a3d7",
    accentHover: "#b5b5df",
    accentPressed: "#c8c8e7",
    accentText: "#a3a3d7",
    accentSoft: "#1f2633",
    accentSoftText: "#b5b5df",
    textOnAccent: "#091017",
  },
  links: [
    { kind: "help", url: "https://aide.example.fr/" },
    { kind: "terms", url: "https://www.example.fr/conditions" },
    { kind: "privacy", url: "https://www.example.fr/donnees" },
    { kind: "imprint", url: "https://www.example.fr/mentions" },
    { kind: "accessibility", url: "https://www.example.fr/accessibilite" },
    { kind: "status", url: "https://etat.example.fr/" },
  ],
  server: "matrix.ministere.example",
};
