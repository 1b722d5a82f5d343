import { createContext, useContext } from "react";
import type { Brand } from "../ipc/backend";

/** What holds until core has told what an organisation has decided: Estafette is itself. */
export const noBrand: Brand = { name: null, logo: false, light: null, dark: null, links: [], server: null };

const BrandContext = createContext<Brand>(noBrand);

export const BrandProvider = BrandContext.Provider;

/** How an organisation shows itself where one signs in. */
export function useBrand(): Brand {
  return useContext(BrandContext);
}
