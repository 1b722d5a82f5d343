/** The post horn that is an "e". Its own colours on a dark brand surface, the accent's elsewhere. */
export function Logo({ tube, bell, className }: { tube: string; bell: string; className?: string | undefined }) {
  return (
    <svg className={className} viewBox="84 76 340 370" aria-hidden="true">
      <path
        d="M 120 226 H 348 A 116 116 0 1 0 232 342"
        fill="none"
        stroke={tube}
        strokeWidth="54"
        strokeLinejoin="round"
      />
      <path
        d="M 231 315 C 298 315 344 305 386 273 C 399 262 416 269 416 287 V 417 C 416 435 399 442 386 431 C 344 385 298 369 231 369 Z"
        fill={bell}
      />
    </svg>
  );
}
