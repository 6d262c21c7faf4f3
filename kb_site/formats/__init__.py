"""How each language of the site writes dates and times, beside what Django knows: Swedish as in Finland, English as
Finnish authorities write it."""
